package metadata_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hostproof/hostproof/mockaws/metadata"
)

const (
	ttl   = "X-aws-ec2-metadata-token-ttl-seconds"
	token = "X-aws-ec2-metadata-token"
	roles = "/latest/meta-data/iam/security-credentials/"
)

func newIMDS(t *testing.T, o metadata.IMDSOptions) *host {
	t.Helper()
	if o.Vendor == nil {
		o.Vendor = metadata.Fixed(vended)
	}
	return newHost(t, func(s metadata.Settings) (http.Handler, error) {
		o.Settings = s
		return metadata.IMDS(o)
	})
}

// session asks for a token of six hours.
func (h *host) session(t *testing.T) string {
	t.Helper()
	return h.ask(t, http.MethodPut, "/latest/api/token", ttl, "21600").body
}

// page is the body of IMDS's refusals, byte for byte as recorded by
// smithy-lang/smithy-rs in imds_no_iam_role (339 bytes with 404 - Not Found).
func page(title string) string {
	return "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n" +
		"<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\"\n" +
		"\t\t \"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n" +
		"<html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"en\" lang=\"en\">\n" +
		" <head>\n  <title>" + title + "</title>\n </head>\n <body>\n  <h1>" + title + "</h1>\n </body>\n</html>\n"
}

func TestIMDSVendsCredentials(t *testing.T) {
	h := newIMDS(t, metadata.IMDSOptions{})
	put := h.ask(t, http.MethodPut, "/latest/api/token", ttl, "21600")
	put.wantHeader(t, "Server", "EC2ws", "Content-Type", "text/plain", "X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "21600",
		"Content-Length", "56", "Accept-Ranges", "")
	if put.status != 200 || len(put.body) != 56 || !strings.HasPrefix(put.body, "AQAAA") {
		t.Fatalf("token: %d, %d characters beginning with %.5q", put.status, len(put.body), put.body)
	}
	list := h.ask(t, "GET", roles, token, put.body)
	list.want(t, 200, "app")
	list.wantHeader(t, "Server", "EC2ws", "Content-Type", "text/plain", "Accept-Ranges", "none", ttl, "21600",
		"Content-Length", "3")
	h.ask(t, "GET", strings.TrimSuffix(roles, "/"), token, put.body).want(t, 200, "app")

	got := h.ask(t, "GET", roles+"app", token, put.body)
	got.want(t, 200, `{
  "Code" : "Success",
  "LastUpdated" : "2026-11-21T06:00:00Z",
  "Type" : "AWS-HMAC",
  "AccessKeyId" : "ASIAEXAMPLE000000001",
  "SecretAccessKey" : "secret/example",
  "Token" : "token/example==",
  "Expiration" : "2026-11-21T12:00:00Z"
}`)
	got.wantHeader(t, "Content-Type", "text/plain", "Last-Modified", "Sat, 21 Nov 2026 06:00:00 GMT")
	if l := h.last(t); l.KeyID != vended.AccessKeyID || l.Behaviour != "imds/credentials" || l.Status != 200 {
		t.Errorf("observed %+v", l)
	}
}

func TestIMDSRefusesTokenRequests(t *testing.T) {
	for name, c := range map[string]struct {
		headers []string
		path    string
		method  string
		status  int
		body    string
	}{
		"no header": {nil, "/latest/api/token", "PUT", 400, page("400 - Bad Request")},
		"zero":      {[]string{ttl, "0"}, "/latest/api/token", "PUT", 400, page("400 - Bad Request")},
		"too long":  {[]string{ttl, "21601"}, "/latest/api/token", "PUT", 400, page("400 - Bad Request")},
		"negative":  {[]string{ttl, "-1"}, "/latest/api/token", "PUT", 400, page("400 - Bad Request")},
		"no number": {[]string{ttl, "6h"}, "/latest/api/token", "PUT", 400, page("400 - Bad Request")},
		"huge": {[]string{ttl, "99999999999999999999"}, "/latest/api/token", "PUT", 400,
			page("400 - Bad Request")},
		"forwarded":     {[]string{ttl, "60", "X-Forwarded-For", "10.0.0.1"}, "/latest/api/token", "PUT", 403, ""},
		"slash":         {[]string{ttl, "60"}, "/latest/api/token/", "PUT", 403, ""},
		"wrong method":  {[]string{ttl, "60"}, "/latest/api/token", "GET", 405, ""},
		"shortest":      {[]string{ttl, "1"}, "/latest/api/token", "PUT", 200, "-"},
		"longest":       {[]string{ttl, "21600"}, "/latest/api/token", "PUT", 200, "-"},
		"other version": {[]string{ttl, "60"}, "/2009-04-04/api/token", "PUT", 401, page("401 - Unauthorized")},
	} {
		t.Run(name, func(t *testing.T) {
			got := newIMDS(t, metadata.IMDSOptions{}).ask(t, c.method, c.path, c.headers...)
			if c.body == "-" {
				c.body = got.body
			}
			got.want(t, c.status, c.body)
			got.wantHeader(t, "Server", "EC2ws")
		})
	}
}

func TestIMDSWantsAValidToken(t *testing.T) {
	h := newIMDS(t, metadata.IMDSOptions{})
	h.ask(t, "GET", roles).want(t, 401, page("401 - Unauthorized"))
	h.ask(t, "GET", roles, token, "AQAAAEWydq6w").want(t, 401, page("401 - Unauthorized"))
	// "The token is an instance-specific key", and each PUT starts a session of its own:
	// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-v2-how-it-works.html
	other := newIMDS(t, metadata.IMDSOptions{}).session(t)
	h.ask(t, "GET", roles, token, other).want(t, 401, page("401 - Unauthorized"))
	if one, another := h.session(t), h.session(t); one == another {
		t.Errorf("two sessions have the token %s", one)
	}

	short := h.ask(t, http.MethodPut, "/latest/api/token", ttl, "60").body
	h.advance(59 * time.Second)
	h.ask(t, "GET", roles, token, short).want(t, 200, "app")
	h.advance(time.Second)
	h.ask(t, "GET", roles, token, short).want(t, 401, page("401 - Unauthorized"))
	if l := h.last(t); l.Behaviour != "imds/token-expired" {
		t.Errorf("observed %+v", l)
	}
}

func TestIMDSVersion1(t *testing.T) {
	h := newIMDS(t, metadata.IMDSOptions{Tokens: metadata.TokensOptional})
	list := h.ask(t, "GET", roles)
	list.want(t, 200, "app")
	list.wantHeader(t, ttl, "")
	h.ask(t, "GET", roles, token, "bad").want(t, 401, page("401 - Unauthorized"))
	h.ask(t, "GET", roles, token, h.session(t)).want(t, 200, "app")

	old := newIMDS(t, metadata.IMDSOptions{Tokens: metadata.TokensOptional, NoVersion2: 405})
	old.ask(t, "PUT", "/latest/api/token", ttl, "60").want(t, 405, page("405 - Method Not Allowed"))
	old.ask(t, "GET", roles).want(t, 200, "app")
}

func TestIMDSDisabled(t *testing.T) {
	h := newIMDS(t, metadata.IMDSOptions{Disabled: true, Tokens: metadata.TokensOptional})
	h.ask(t, "PUT", "/latest/api/token", ttl, "60").want(t, 403, "")
	h.ask(t, "GET", roles).want(t, 403, "")
}

func TestIMDSTooFar(t *testing.T) {
	h := newIMDS(t, metadata.IMDSOptions{Hops: 2, Tokens: metadata.TokensOptional})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if got, err := h.try(ctx, "PUT", "/latest/api/token", ttl, "60"); !hangs(err) {
		t.Errorf("got %+v, %v; want no answer", got, err)
	}
	if l := h.last(t); l.Status != 0 || !strings.Contains(l.Note, "2 hops") {
		t.Errorf("observed %+v", l)
	}
	h.ask(t, "GET", roles).want(t, 200, "app") // only the answer to the PUT is limited
	near := newIMDS(t, metadata.IMDSOptions{Hops: 2, HopLimit: 2})
	near.ask(t, "GET", roles, token, near.session(t)).want(t, 200, "app")
}

func TestIMDSWithoutCredentials(t *testing.T) {
	notFound := page("404 - Not Found")
	if len(notFound) != 339 {
		t.Fatalf("the recorded page has 339 bytes, this one %d", len(notFound))
	}
	refused := &metadata.AssumeRoleError{RoleName: "app"}
	for name, c := range map[string]struct {
		err        error
		list, role answer
		behaviour  string
	}{
		"no role":     {metadata.ErrNoRole, answer{404, nil, notFound}, answer{404, nil, notFound}, "imds/no-role"},
		"not ready":   {metadata.ErrNotReady, answer{404, nil, notFound}, answer{404, nil, notFound}, "imds/not-ready"},
		"assume role": {refused, answer{200, nil, "app"}, answer{200, nil, "-"}, "imds/assume-role"},
		"failure": {errors.New("broken"), answer{500, nil, page("500 - Internal Server Error")},
			answer{500, nil, page("500 - Internal Server Error")}, "imds/failure"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newIMDS(t, metadata.IMDSOptions{Vendor: metadata.Failing(c.err)})
			s := h.session(t)
			h.ask(t, "GET", roles, token, s).want(t, c.list.status, c.list.body)
			got := h.ask(t, "GET", roles+"app", token, s)
			if c.role.body == "-" {
				c.role.body = got.body
				if !strings.HasPrefix(got.body, "{\n  \"Code\" : \"AssumeRoleUnauthorizedAccess\",\n  \"Message\" : "+
					"\"EC2 cannot assume the role app.  Please see") {
					t.Errorf("got %q", got.body)
				}
			}
			got.want(t, c.role.status, c.role.body)
			if l := h.last(t); l.Behaviour != c.behaviour {
				t.Errorf("observed %+v", l)
			}
		})
	}
}
