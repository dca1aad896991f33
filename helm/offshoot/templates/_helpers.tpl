{{- define "offshoot.name" -}}
{{ default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* Room for the longest suffix, "-webhooks": names of Services have 63 characters at most. */}}
{{- define "offshoot.fullname" -}}
{{- $name := include "offshoot.name" . -}}
{{- $full := contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{ default $full .Values.fullnameOverride | trunc 54 | trimSuffix "-" }}
{{- end }}

{{- define "offshoot.selector" -}}
app.kubernetes.io/name: {{ include "offshoot.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}

{{- define "offshoot.labels" -}}
{{ include "offshoot.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service | quote }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | quote }}
{{- end }}

{{- define "offshoot.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (.Values.serviceAccount.create | ternary (include "offshoot.fullname" .) "default") }}
{{- end }}

{{/* A Service in front of one of the pod's ports; takes a dict of root, part and settings. */}}
{{- define "offshoot.service" -}}
{{- $name := printf "%s-%s" (include "offshoot.fullname" .root) .part -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ $name | quote }}
  namespace: {{ .root.Release.Namespace | quote }}
  labels:
    {{- include "offshoot.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .part | quote }}
  {{- with .settings.service.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  type: {{ .settings.service.type }}
  selector: {{- include "offshoot.selector" .root | nindent 4 }}
  ports:
    - name: http
      port: {{ .settings.service.port }}
      targetPort: {{ .part }}
{{- end }}

{{/* An Ingress to that Service; takes path as well. */}}
{{- define "offshoot.ingress" -}}
{{- $name := printf "%s-%s" (include "offshoot.fullname" .root) .part -}}
{{- $host := required (printf "%s.ingress.host: name the host when %s.ingress.enabled is true" .part .part) .settings.ingress.host -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ $name | quote }}
  namespace: {{ .root.Release.Namespace | quote }}
  labels:
    {{- include "offshoot.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .part | quote }}
  {{- with .settings.ingress.annotations }}
  annotations: {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  {{- with .settings.ingress.className }}
  ingressClassName: {{ . | quote }}
  {{- end }}
  {{- with .settings.ingress.tlsSecret }}
  tls:
    - hosts: [{{ $host | quote }}]
      secretName: {{ . | quote }}
  {{- end }}
  rules:
    - host: {{ $host | quote }}
      http:
        paths:
          - path: {{ .path }}
            pathType: Prefix
            backend:
              service:
                name: {{ $name | quote }}
                port: { name: http }
{{- end }}
