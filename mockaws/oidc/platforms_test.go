package oidc

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"
)

// TestPlatformsAsDocumented holds what is known of each platform's issuers to the
// documents that they publish (below https://ISSUER/.well-known/openid-configuration)
// and to the pages that the rows name.
func TestPlatformsAsDocumented(t *testing.T) {
	rows := []struct {
		issuer, name, keys, typ, claims string
		algorithms                      []jose.SignatureAlgorithm
		list, exchanges                 bool
	}{
		{"https://oidc.vercel.com/acme", "Vercel", "/.well-known/jwks", "JWT",
			"aud exp iat iss nbf sub owner owner_id project project_id environment user_id",
			[]jose.SignatureAlgorithm{jose.RS256}, false, true},
		{"https://token.actions.githubusercontent.com", "GitHub Actions", "/.well-known/jwks", "JWT",
			"sub aud exp iat iss jti nbf ref sha repository repository_id repository_owner repository_owner_id " +
				"run_id run_number run_attempt actor actor_id workflow workflow_ref workflow_sha head_ref " +
				"base_ref event_name ref_type ref_protected environment job_workflow_ref job_workflow_sha " +
				"runner_environment",
			[]jose.SignatureAlgorithm{jose.RS256}, false, false},
		{"https://oidc.eks.eu-west-1.amazonaws.com/id/ABC", "Amazon EKS", "/keys", "", "sub iss",
			[]jose.SignatureAlgorithm{jose.RS256}, true, false},
		{"https://oidc.fly.io/acme", "Fly.io", "/.well-known/jwks", "JWT",
			"aud exp iat iss jti nbf sub app_id app_name image " +
				"image_digest machine_id machine_name machine_version org_id org_name region",
			[]jose.SignatureAlgorithm{jose.RS256}, false, false},
		{"https://abc.tokens.sts.global.api.aws", "AWS outbound identity federation", "/.well-known/jwks.json", "JWT",
			"sub iss aud exp iat jti https://sts.amazonaws.com/", []jose.SignatureAlgorithm{jose.RS256, jose.ES384},
			false, false},
		{"https://cognito-identity.amazonaws.com", "Amazon Cognito identity pools", "/.well-known/jwks_uri", "JWS",
			"sub aud amr iss exp iat", []jose.SignatureAlgorithm{jose.RS512}, false, false},
		{"https://idp.example.com", "an OpenID Connect issuer", "/.well-known/jwks.json", "JWT",
			"aud exp iat iss nbf sub",
			[]jose.SignatureAlgorithm{jose.RS256}, false, false},
		{"https://a.oidc.vercel.com", "an OpenID Connect issuer", "/.well-known/jwks.json", "JWT",
			"aud exp iat iss nbf sub",
			[]jose.SignatureAlgorithm{jose.RS256}, false, false},
	}
	for _, row := range rows {
		u, err := url.Parse(strings.ToUpper(row.issuer[:9]) + row.issuer[9:])
		if err != nil {
			t.Fatal(err)
		}
		p := platformOf(u)
		if p.Name != row.name || p.KeysPath != row.keys || p.Type != row.typ || strings.Join(p.Claims,
			" ") != row.claims ||
			!slices.Equal(append([]jose.SignatureAlgorithm{p.Algorithm}, p.Further...), row.algorithms) ||
			p.Audiences != row.list ||
			p.Exchanges != row.exchanges || p.Source == "" || p.Confidence == "" {
			t.Errorf("%s: got %+v, want %+v", row.issuer, p, row)
		}
	}
	if len(Platforms()) != 6 {
		t.Errorf("%d platforms", len(Platforms()))
	}
	vercel := platformOf(&url.URL{Host: "oidc.vercel.com"})
	if vercel.root("https://oidc.vercel.com/acme") != "https://oidc.vercel.com" ||
		vercel.root("https://oidc.vercel.com") != "" {
		t.Error("all of Vercel's issuers sign with the keys of one")
	}
}
