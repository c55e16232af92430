package metadata_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/metadata"
)

type ctx = context.Context

const snapPath = "/2021-04-23/credentials"

func newSnapStart(t *testing.T, o metadata.SnapStartOptions) *host {
	t.Helper()
	o.Token = "of-the-function"
	if o.Vendor == nil {
		o.Vendor = metadata.Fixed(vended)
	}
	return newHost(t, func(s metadata.Settings) (http.Handler, error) {
		o.Settings = s
		return metadata.SnapStart(o)
	})
}

func TestSnapStart(t *testing.T) {
	h := newSnapStart(t, metadata.SnapStartOptions{})
	got := h.ask(t, "GET", snapPath, "Authorization", "of-the-function")
	got.want(t, 200,
		`{"AccessKeyId":"ASIAEXAMPLE000000001","SecretAccessKey":"secret/example","Token":"token/example==","Expiration":"2026-11-21T12:00:00Z"}`)
	got.wantHeader(t, "Content-Type", "text/plain; charset=utf-8") // guessed by net/http, since the handler sets none
	for _, token := range []string{"", "other", "Bearer of-the-function"} {
		h.ask(t, "GET", snapPath, "Authorization", token).want(t, 404, "cannot get credentials for the provided token")
	}
	h.ask(t, "GET", "/", "Authorization", "of-the-function").want(t, 404, "404 page not found\n")
	h.ask(t, "POST", snapPath, "Authorization", "of-the-function").want(t, 405, "")
	newSnapStart(t, metadata.SnapStartOptions{Vendor: metadata.Failing(errors.New("broken"))}).
		ask(t, "GET", snapPath, "Authorization", "of-the-function").want(t, 500, "Internal server error\n")
}

func TestSnapStartWaitsForTheRestore(t *testing.T) {
	restored := make(chan struct{})
	h := newSnapStart(t, metadata.SnapStartOptions{Restored: restored})
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if got, err := h.try(short, "GET", snapPath, "Authorization", "of-the-function"); !hangs(err) {
		t.Errorf("got %+v, %v before the restore", got, err)
	}
	answered := make(chan int)
	go func() {
		got, err := h.try(t.Context(), "GET", snapPath, "Authorization", "of-the-function")
		if err != nil {
			got.status = 0
		}
		answered <- got.status
	}()
	close(restored)
	if status := <-answered; status != 200 {
		t.Errorf("got %d after the restore", status)
	}
}
