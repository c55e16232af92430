package oidc

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Issuers are the issuers that exist, and the network on which they are
// reached: there is no other. It is safe for concurrent use.
type Issuers struct {
	now func() time.Time

	mu     sync.RWMutex
	byURL  map[string]*Issuer
	byHost map[string][]*Issuer // in lower case, without port
}

// NewIssuers is a world without issuers. A nil now is time.Now.
func NewIssuers(now func() time.Time) *Issuers {
	return &Issuers{now: now, byURL: map[string]*Issuer{}, byHost: map[string][]*Issuer{}}
}

// Declare makes the issuer of a URL, or finds the one that was declared before;
// see [NewIssuer]. Another algorithm than before is an error.
func (s *Issuers) Declare(issuer, algorithm string) (*Issuer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if known := s.byURL[issuer]; known != nil {
		if algorithm != "" && algorithm != known.Algorithm() {
			return nil, fmt.Errorf("issuer %s signs with %s already; it cannot also sign with %s", issuer,
				known.Algorithm(), algorithm)
		}
		return known, nil
	}
	i, err := NewIssuer(issuer, algorithm, s.now)
	if err != nil {
		return nil, err
	}
	s.add(i)
	if root := i.platform.root(i.url); root != "" {
		s.joinRoot(i, root)
	}
	return i, nil
}

func (s *Issuers) add(i *Issuer) {
	s.byURL[i.url] = i
	s.byHost[i.host] = append(s.byHost[i.host], i)
}

// joinRoot gives issuers of one platform the keys of its root issuer, which then
// exists too; callers hold the lock.
func (s *Issuers) joinRoot(i *Issuer, url string) {
	root := s.byURL[url]
	if root == nil {
		var err error
		if root, err = NewIssuer(url, i.Algorithm(), s.now); err != nil {
			return // the URL is the platform's own, and good
		}
		s.add(root)
	}
	if root.algorithm == i.algorithm {
		i.shareKeys(root)
	}
}

// Issuer finds an issuer by URL.
func (s *Issuers) Issuer(url string) (*Issuer, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	i := s.byURL[url]
	return i, i != nil
}

// URLs lists the issuers.
func (s *Issuers) URLs() []string {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.Sorted(maps.Keys(s.byURL))
}

// At finds the issuer that answers a path of a host ("oidc.vercel.com:443"): of
// several on one host, the one with the longest path that fits. Serves says
// whether the host is an issuer's at all.
func (s *Issuers) At(host, path string) (i *Issuer, serves bool) {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	here := s.byHost[strings.ToLower(host)]
	for _, candidate := range here {
		p := candidate.path
		if (path == p || strings.HasPrefix(path, p+"/")) && (i == nil || len(p) > len(i.path)) {
			i = candidate
		}
	}
	return i, len(here) > 0
}

// ServeHTTP answers what is asked of the issuers' hosts.
func (s *Issuers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i, _ := s.At(r.Host, r.URL.Path)
	switch {
	case i == nil:
		http.NotFound(w, r)
	case r.URL.Path == exchangePath && i.platform.Exchanges:
		s.exchange(w, r)
	default:
		i.ServeHTTP(w, r)
	}
}

// RoundTrip answers a request from the issuers, as the network would. An issuer
// that was not declared, or that is down, cannot be reached.
func (s *Issuers) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	i, serves := s.At(r.URL.Host, r.URL.Path)
	switch {
	case !serves:
		return nil, fmt.Errorf("%s is no issuer of this mock: declare it (issuers in the seed, or POST /v1/issuers)",
			r.URL.Host)
	case r.URL.Scheme != "https":
		return nil, fmt.Errorf("%s is asked for without https", r.URL.Host)
	case i != nil && i.Down():
		return nil, fmt.Errorf("%s: %w", r.URL.Host, errDown)
	}
	inner := r.Clone(r.Context())
	inner.Host = r.URL.Host
	status, header, body := s.Answer(inner)
	return &http.Response{
		Status: fmt.Sprintf("%d %s", status, http.StatusText(status)), StatusCode: status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: header, Request: r,
		Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)),
	}, nil
}

// Answer is what ServeHTTP would write.
func (s *Issuers) Answer(r *http.Request) (status int, header http.Header, body []byte) {
	answer := &recorded{header: http.Header{}, status: http.StatusOK}
	s.ServeHTTP(answer, r)
	return answer.status, answer.header, answer.body.Bytes()
}

var errDown = fmt.Errorf("connect: connection refused (the issuer is down on purpose)")

// recorded is a response that was written into memory.
type recorded struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *recorded) Header() http.Header         { return w.header }
func (w *recorded) WriteHeader(status int)      { w.status = status }
func (w *recorded) Write(b []byte) (int, error) { return w.body.Write(b) }
