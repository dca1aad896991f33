/** What an image's container runs with unless a pod says otherwise: the `config` object of an OCI image. */
export interface ContainerConfig {
  readonly User?: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd?: readonly string[];
  readonly WorkingDir?: string;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
  readonly StopSignal?: string;
}

/** Where a recipe does its work, and how it tells what it is doing. */
export interface Workspace {
  /** The image's root file system, Debian's packages already in it. */
  readonly root: string;
  /** The recipe's own folder, where its scripts and sources lie. */
  readonly source: string;
  /** An empty folder that disappears after the build. */
  readonly scratch: string;
  log(line: string): void;
}

/** How one image is made here, where no registry answers. */
export interface Recipe {
  /** The fully qualified image name, as containerd knows it. */
  readonly name: string;
  /** The folder of the recipe's sources: all that changes the image and is not a Debian package. */
  readonly source: string;
  /** What is built instead of the real image, in a sentence for the log. */
  readonly standsFor: string;
  /** Debian packages, on top of the shared base. */
  readonly packages: readonly string[];
  /** Programs of this machine that `fill` needs, by the Debian package that brings them. */
  readonly hostTools?: Readonly<Record<string, string>>;
  /** What the packages bring and the image never uses: glob patterns, relative to the root. */
  readonly unused?: readonly string[];
  /** Runs before the packages are installed: users with fixed ids, files that silence a package's set-up. */
  prepare?(work: Workspace): Promise<void>;
  /** Runs after the packages are installed. */
  fill(work: Workspace): Promise<void>;
  readonly config: ContainerConfig;
}
