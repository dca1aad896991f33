package main

import (
	"fmt"
	"net/http"
	"time"
)

// webhook tells a URL which commit was synced. It runs beside the syncs: a slow or absent receiver delays
// none, and only the newest commit is told.
type webhook struct {
	*options
	client *http.Client
	newest chan string
	first  chan error
}

func newWebhook(o *options, transport http.RoundTripper) *webhook {
	w := &webhook{
		options: o,
		client:  &http.Client{Timeout: o.webhookTimeout, Transport: transport},
		newest:  make(chan string, 1),
		first:   make(chan error, 1),
	}
	go w.run()
	return w
}

func (w *webhook) send(hash string) {
	select {
	case <-w.newest: // an older one that nobody was told yet
	default:
	}
	w.newest <- hash
}

// waitForFirst gives the outcome of the first call.
func (w *webhook) waitForFirst() error { return <-w.first }

func (w *webhook) run() {
	for hash := range w.newest {
		for {
			err := w.call(hash)
			select {
			case w.first <- err:
			default:
			}
			if err == nil {
				logInfo(1, "webhook told", "hash", hash)
				break
			}
			logError(err, "webhook failed, will retry", "hash", hash)
			time.Sleep(w.webhookBackoff)
			select {
			case hash = <-w.newest:
			default:
			}
		}
	}
}

func (w *webhook) call(hash string) error {
	request, err := http.NewRequest(w.webhookMethod, w.webhookURL, nil)
	if err != nil {
		return fmt.Errorf("--webhook-url or --webhook-method is not usable: %w", err)
	}
	request.Header.Set("Gitsync-Hash", hash)
	response, err := w.client.Do(request)
	if err != nil {
		return err
	}
	response.Body.Close()
	if w.webhookStatus > 0 && response.StatusCode != w.webhookStatus {
		return fmt.Errorf("webhook answered %d, not %d", response.StatusCode, w.webhookStatus)
	}
	return nil
}
