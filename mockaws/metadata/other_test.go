package metadata_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws/metadata"
)

func TestIDToken(t *testing.T) {
	h := newHost(t, func(s metadata.Settings) (http.Handler, error) {
		return metadata.IDToken(metadata.IDTokenOptions{Settings: s, Path: "/idtoken?api-version=2.0",
			Token: "request-token",
			Mint: func(_ context.Context, audience string) (string, error) {
				if audience == "broken" {
					return "", errors.New("broken")
				}
				return "token for " + audience, nil
			}})
	})
	auth := []string{"Authorization", "Bearer request-token"}
	h.ask(t, "GET", "/idtoken?api-version=2.0&audience=sts.amazonaws.com", auth...).want(t, 200,
		`{"value":"token for sts.amazonaws.com"}`)
	// GitHub's documentation has the scheme in small letters, and it may be in any (RFC 9110, section 11.1).
	h.ask(t, "GET", "/idtoken?audience=a", "Authorization", "bearer request-token").want(t, 200,
		`{"value":"token for a"}`)
	h.ask(t, "GET", "/idtoken?audience=broken", auth...).want(t, 500, `{"message":"Internal server error"}`)
	h.ask(t, "GET", "/other", auth...).want(t, 404, `{"message":"Not found"}`)
	for _, authorization := range []string{"", "request-token", "Bearer other"} {
		h.ask(t, "GET", "/idtoken", "Authorization", authorization).want(t, 401, `{"message":"Unauthorized"}`)
	}
}

// TestGCEIsNotIMDS asks what AWS's SDKs ask at EC2's address.
func TestGCEIsNotIMDS(t *testing.T) {
	h := newHost(t, func(s metadata.Settings) (http.Handler, error) {
		return metadata.GCE(metadata.GCEOptions{Settings: s, ProjectID: "shop"}), nil
	})
	for _, ask := range [][2]string{{"PUT", "/latest/api/token"}, {"GET", roles}, {"GET", "/computeMetadata/v1/"}} {
		got := h.ask(t, ask[0], ask[1], ttl, "21600")
		if got.status != 403 || !strings.Contains(got.body, "Error 403 (Forbidden)!!1") {
			t.Errorf("%v: got %+v", ask, got)
		}
		got.wantHeader(t, "Content-Type", "text/html; charset=UTF-8", "Metadata-Flavor", "")
	}
	flavor := []string{"Metadata-Flavor", "Google"}
	got := h.ask(t, "GET", "/computeMetadata/v1/project/project-id", flavor...)
	got.want(t, 200, "shop")
	got.wantHeader(t, "Metadata-Flavor", "Google", "Server", "Metadata Server for Serverless")
	h.ask(t, "GET", "/computeMetadata/v1/", flavor...).want(t, 200, "instance/\nproject/\n")
	for path, status := range map[string]int{
		roles: 404, "/computeMetadata/v1/nothing": 404,
		"/computeMetadata/v1/instance/service-accounts/default/token":    501,
		"/computeMetadata/v1/instance/service-accounts/default/identity": 501,
	} {
		if got := h.ask(t, "GET", path, flavor...); got.status != status {
			t.Errorf("%s: got %+v, want %d", path, got, status)
		}
	}
}

// TestAzureIsNotIMDS asks what AWS's SDKs ask at EC2's address. The answer to PUT was
// recorded on a runner of GitHub's: 400, text/xml, 322 bytes (JuliaCloud/AWS.jl#721).
func TestAzureIsNotIMDS(t *testing.T) {
	h := newHost(t, func(s metadata.Settings) (http.Handler, error) { return metadata.Azure(s), nil })
	got := h.ask(t, "PUT", "/latest/api/token", ttl, "21600")
	if got.status != 400 || len(got.body) != 322 ||
		!strings.Contains(got.body, "<Code>InvalidHttpVerb</Code>") ||
		!strings.Contains(got.body, "<Details>'PUT' is not a supported verb.</Details>") {
		t.Errorf("got %d of %d bytes: %s", got.status, len(got.body), got.body)
	}
	got.wantHeader(t, "Content-Type", "text/xml; charset=utf-8", "Server", "Microsoft-IIS/10.0")
	// https://learn.microsoft.com/en-us/azure/virtual-machines/instance-metadata-service: a
	// request without the header Metadata: true is answered with 400.
	if got = h.ask(t, "GET", roles); got.status != 400 || !strings.Contains(got.body, "header not specified") {
		t.Errorf("got %+v", got)
	}
	if got = h.ask(t, "GET", "/metadata/instance", "Metadata", "true"); got.status != 501 {
		t.Errorf("got %+v", got)
	}
}

func TestAmplifyListenerSaysThatItIsNotKnown(t *testing.T) {
	h := newHost(t, func(s metadata.Settings) (http.Handler, error) { return metadata.AmplifyListener(s), nil })
	got := h.ask(t, "GET", "/credentials")
	if got.status != 501 || !strings.HasPrefix(got.body, "what Amplify's credential listener answers is not public") {
		t.Errorf("got %+v", got)
	}
}

func TestBehavioursAreSourced(t *testing.T) {
	names := map[string]bool{}
	for _, b := range metadata.Behaviours() {
		kind, what, ok := strings.Cut(b.Name, "/")
		if !ok || kind == "" || what == "" || names[b.Name] {
			t.Errorf("%q: want kind/what, once", b.Name)
		}
		names[b.Name] = true
		if !strings.Contains("VLU", string(b.Confidence)) || b.Confidence == "" || len(b.Source) < 8 {
			t.Errorf("%s: confidence %q, source %q", b.Name, b.Confidence, b.Source)
		}
		if b.Confidence == metadata.Verified && strings.HasPrefix(b.Source, "inferred") {
			t.Errorf("%s is verified and inferred", b.Name)
		}
		if b.Status != 0 && (b.Status < 200 || b.Status > 599) {
			t.Errorf("%s: status %d", b.Name, b.Status)
		}
	}
	for _, kind := range []string{"imds", "ecs", "eks-pod-identity", "snapstart", "sso-portal", "sso-oidc", "signin",
		"oidc", "gce-metadata", "azure-metadata"} {
		if !names[kind+"/throttled"] && !names[kind+"/limit"] || !names[kind+"/fault"] {
			t.Errorf("%s has no row for throttling or faults", kind)
		}
	}
}

func TestOptionsAreChecked(t *testing.T) {
	v := metadata.Fixed(vended)
	mint := func(context.Context, string) (string, error) { return "", nil }
	for name, construct := range map[string]func() (http.Handler, error){
		"imds vendor": func() (http.Handler, error) { return metadata.IMDS(metadata.IMDSOptions{}) },
		"imds tokens": func() (http.Handler, error) {
			return metadata.IMDS(metadata.IMDSOptions{Vendor: v,
				Tokens: "no"})
		},
		"imds hop limit": func() (http.Handler, error) {
			return metadata.IMDS(metadata.IMDSOptions{Vendor: v,
				HopLimit: 65})
		},
		"imds hops": func() (http.Handler, error) {
			return metadata.IMDS(metadata.IMDSOptions{Vendor: v,
				Hops: -1})
		},
		"imds version": func() (http.Handler, error) {
			return metadata.IMDS(metadata.IMDSOptions{Vendor: v,
				NoVersion2: 200})
		},
		"ecs vendor": func() (http.Handler, error) {
			return metadata.ECS(metadata.ECSOptions{Credentials: map[string]metadata.Vendor{"x": nil}})
		},
		"ecs task": func() (http.Handler,
			error) {
			return metadata.ECS(metadata.ECSOptions{Task: &metadata.Task{}})
		},
		"pod vendor": func() (http.Handler, error) { return metadata.PodIdentity(metadata.PodIdentityOptions{}) },
		"snapstart vendor": func() (http.Handler,
			error) {
			return metadata.SnapStart(metadata.SnapStartOptions{Token: "x"})
		},
		"snapstart token": func() (http.Handler,
			error) {
			return metadata.SnapStart(metadata.SnapStartOptions{Vendor: v})
		},
		"signin vendor": func() (http.Handler,
			error) {
			return metadata.SignIn(metadata.SignInOptions{RefreshToken: "x"})
		},
		"signin token": func() (http.Handler, error) { return metadata.SignIn(metadata.SignInOptions{Vendor: v}) },
		"identity path": func() (http.Handler, error) {
			return metadata.IDToken(metadata.IDTokenOptions{Path: "x", Token: "x", Mint: mint})
		},
		"identity token": func() (http.Handler, error) {
			return metadata.IDToken(metadata.IDTokenOptions{Path: "/x",
				Mint: mint})
		},
		"identity mint": func() (http.Handler, error) {
			return metadata.IDToken(metadata.IDTokenOptions{Path: "/x",
				Token: "x"})
		},
		"identity path form": func() (http.Handler, error) {
			return metadata.IDToken(metadata.IDTokenOptions{Path: "/%zz", Token: "x", Mint: mint})
		},
	} {
		if _, err := construct(); err == nil || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: got %v, want an error of one line", name, err)
		}
	}
}
