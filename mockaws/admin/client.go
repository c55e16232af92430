package admin

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws"
	"github.com/hostproof/hostproof/mockaws/fault"
	"github.com/hostproof/hostproof/mockaws/service/connect"
	"github.com/hostproof/hostproof/mockaws/wire"
)

// Client calls the management API. Embedded and container mode look alike
// through it.
type Client struct {
	base  string
	token string // "" for an API that is within reach of its clients alone
	http  *http.Client
}

// NewClient makes a client of the API at a base URL, "http://127.0.0.1:4567", that wants a
// token: see Protect.
func NewClient(base, token string) *Client {
	// A transport of its own: no proxy, and Close can drop its connections.
	c := NewClientOver(&http.Transport{MaxIdleConns: 4}, base)
	c.token = token
	return c
}

// NewClientOver makes a client that reaches the API by a transport of the
// caller's, such as one that stays within the process.
func NewClientOver(transport http.RoundTripper, base string) *Client {
	return &Client{base: strings.TrimSuffix(base, "/"), http: &http.Client{Transport: transport}}
}

// Close drops idle connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Healthy reports whether the mock answers.
func (c *Client) Healthy(ctx context.Context) error {
	return c.do(ctx, http.MethodGet, "/healthz", nil, nil)
}

// Services lists what the mock implements.
func (c *Client) Services(ctx context.Context) ([]ServiceInfo, error) {
	var out []ServiceInfo
	return out, c.do(ctx, http.MethodGet, "/v1/services", nil, &out)
}

// Seed makes accounts and resources, and returns the credentials made.
func (c *Client) Seed(ctx context.Context, seed mockaws.Seed) (*mockaws.Applied, error) {
	out := &mockaws.Applied{}
	return out, c.do(ctx, http.MethodPost, "/v1/seed", seed, out)
}

// Secrets lists every secret that the mock has issued: of keys and sessions, session
// tokens, Bedrock API keys, what STS handed out to programs included. It is for
// checks that none of them is shown anywhere.
func (c *Client) Secrets(ctx context.Context) ([]string, error) {
	var out []string
	return out, c.do(ctx, http.MethodGet, "/v1/secrets", nil, &out)
}

// Journal lists the exchanges after a sequence number.
func (c *Client) Journal(ctx context.Context, since int64) ([]mockaws.Exchange, error) {
	return c.Await(ctx, since, 0, 0)
}

// Await lists the exchanges after a sequence number as soon as there are n of
// them, or what there is when the time is up.
func (c *Client) Await(ctx context.Context, since int64, n int, timeout time.Duration) ([]mockaws.Exchange, error) {
	q := url.Values{"since": {fmt.Sprint(since)}, "wait": {fmt.Sprint(n)}, "timeout": {timeout.String()}}
	var out []mockaws.Exchange
	return out, c.do(ctx, http.MethodGet, "/v1/journal?"+q.Encode(), nil, &out)
}

// RecordRefused has the mock record a request that a proxy before it could not read.
func (c *Client) RecordRefused(ctx context.Context, r wire.Refused) error {
	return c.do(ctx, http.MethodPost, "/v1/refused", r, nil)
}

// AddFault plans a misbehaviour of calls.
func (c *Client) AddFault(ctx context.Context, f fault.Fault) error {
	return c.do(ctx, http.MethodPost, "/v1/faults", f, nil)
}

// Faults lists what was planned and has not happened yet, or not as often.
func (c *Client) Faults(ctx context.Context) ([]fault.Planned, error) {
	var out []fault.Planned
	return out, c.do(ctx, http.MethodGet, "/v1/faults", nil, &out)
}

// AdvanceClock moves the mock's clock on.
func (c *Client) AdvanceClock(ctx context.Context, d time.Duration) error {
	return c.do(ctx, http.MethodPut, "/v1/clock", map[string]string{"advance": d.String()}, nil)
}

// ClockOffset is how far the mock's clock is ahead of its machine's.
func (c *Client) ClockOffset(ctx context.Context) (time.Duration, error) {
	var state ClockState
	if err := c.do(ctx, http.MethodGet, "/v1/clock", nil, &state); err != nil {
		return 0, err
	}
	return time.ParseDuration(state.Offset)
}

// Issuers lists the OpenID Connect issuers.
func (c *Client) Issuers(ctx context.Context) ([]mockaws.IssuerInfo, error) {
	var out []mockaws.IssuerInfo
	return out, c.do(ctx, http.MethodGet, "/v1/issuers", nil, &out)
}

// DeclareIssuer makes an OpenID Connect issuer, or changes one.
func (c *Client) DeclareIssuer(ctx context.Context, seed mockaws.IssuerSeed) (mockaws.IssuerInfo, error) {
	var out mockaws.IssuerInfo
	return out, c.do(ctx, http.MethodPost, "/v1/issuers", seed, &out)
}

// MintToken asks a declared issuer for a token, good or with a defect.
func (c *Client) MintToken(ctx context.Context, r mockaws.TokenRequest) (string, error) {
	var out mockaws.MintedToken
	err := c.do(ctx, http.MethodPost, "/v1/tokens", r, &out)
	return out.Token, err
}

// Login has a token judged that stands for a password, at a database, a cache, a broker or
// a cluster of EKS, or a password that Redshift gave, at the endpoint of a cluster or a
// workgroup. The exchange says whether it is let in, and never shows the password. The error
// is of status 400 where the login is none, such as a host that is no endpoint.
func (c *Client) Login(ctx context.Context, login connect.Login) (mockaws.Exchange, error) {
	var out mockaws.Exchange
	err := c.do(ctx, http.MethodPost, "/v1/logins", login, &out)
	return out, err
}

func (c *Client) do(ctx context.Context, method, path string, in, out any) error {
	var body io.Reader
	if in != nil {
		data, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("mockaws admin: %s %s: %w", method, path, err)
		}
		body = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, body)
	if err != nil {
		return fmt.Errorf("mockaws admin: %w", err)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("mockaws admin: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return refusal(method, path, resp)
	}
	if out == nil {
		_, err = io.Copy(io.Discard, resp.Body)
		return err
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return fmt.Errorf("mockaws admin: %s %s: the answer is not what was expected: %w", method, path, err)
	}
	return nil
}

func refusal(method, path string, resp *http.Response) error {
	var said struct{ Error string }
	data, _ := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	if json.Unmarshal(data, &said) == nil && said.Error != "" {
		return errors.New(said.Error)
	}
	return fmt.Errorf("mockaws admin: %s %s: status %d", method, path, resp.StatusCode)
}
