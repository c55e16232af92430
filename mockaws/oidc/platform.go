package oidc

import (
	"net/url"
	"path"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// Platform is what is particular about the issuers of a hosting platform.
type Platform struct {
	Name      string
	Host      string // a hostname; "*" stands for one label
	KeysPath  string // below the issuer's URL
	Algorithm jose.SignatureAlgorithm
	// Further are algorithms for which the issuer has keys as well.
	Further   []jose.SignatureAlgorithm
	Type      string   // typ in a token's header, "" for none
	Audiences bool     // aud is a list even of one
	Claims    []string // that its discovery document lists
	// Root is an issuer with whose keys all others of the platform sign too.
	Root string
	// Exchanges: a token can be exchanged for one of another audience.
	Exchanges  bool
	Confidence string // V verified, L likely, U unverified
	Source     string
}

// Platforms lists those whose issuers are known.
func Platforms() []Platform { return append([]Platform(nil), platforms...) }

var platforms = []Platform{
	{
		Name: "Vercel", Host: "oidc.vercel.com", KeysPath: "/.well-known/jwks", Algorithm: jose.RS256, Type: "JWT",
		Claims: []string{"aud", "exp", "iat", "iss", "nbf", "sub", "owner", "owner_id", "project", "project_id",
			"environment", "user_id"},
		Root: "https://oidc.vercel.com", Exchanges: true,
		Confidence: "V", Source: "https://vercel.com/docs/oidc/reference",
	},
	{
		Name: "GitHub Actions", Host: "token.actions.githubusercontent.com", KeysPath: "/.well-known/jwks",
		Algorithm: jose.RS256, Type: "JWT",
		Claims: []string{"sub", "aud", "exp", "iat", "iss", "jti", "nbf", "ref", "sha", "repository", "repository_id",
			"repository_owner",
			"repository_owner_id", "run_id", "run_number", "run_attempt", "actor", "actor_id", "workflow",
			"workflow_ref", "workflow_sha",
			"head_ref", "base_ref", "event_name", "ref_type", "ref_protected", "environment", "job_workflow_ref",
			"job_workflow_sha", "runner_environment"},
		Confidence: "V", Source: "https://docs.github.com/en/actions/reference/security/oidc",
	},
	{
		// A token of Kubernetes has no typ in its header.
		Name: "Amazon EKS", Host: "oidc.eks.*.amazonaws.com", KeysPath: "/keys", Algorithm: jose.RS256, Audiences: true,
		Claims:     []string{"sub", "iss"},
		Confidence: "V", Source: "https://docs.aws.amazon.com/eks/latest/userguide/irsa-fetch-keys.html",
	},
	{
		Name: "Fly.io", Host: "oidc.fly.io", KeysPath: "/.well-known/jwks", Algorithm: jose.RS256, Type: "JWT",
		Claims: []string{"aud", "exp", "iat", "iss", "jti", "nbf", "sub", "app_id", "app_name", "image", "image_digest",
			"machine_id",
			"machine_name", "machine_version", "org_id", "org_name", "region"},
		Confidence: "L", Source: "https://fly.io/docs/reference/openid-connect/",
	},
	{
		// Its discovery document was recorded by others, and that its tokens have a typ is
		// likely.
		Name: "AWS outbound identity federation", Host: "*.tokens.sts.global.api.aws",
		KeysPath: "/.well-known/jwks.json", Algorithm: jose.RS256, Further: []jose.SignatureAlgorithm{jose.ES384},
		Type: "JWT", Claims: []string{"sub", "iss", "aud", "exp", "iat", "jti", "https://sts.amazonaws.com/"},
		Confidence: "L",
		Source:     "https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOutboundWebIdentityFederationInfo.html",
	},
	{
		Name: "Amazon Cognito identity pools", Host: "cognito-identity.amazonaws.com",
		KeysPath: "/.well-known/jwks_uri", Algorithm: jose.RS512, Type: "JWS",
		Claims:     []string{"sub", "aud", "amr", "iss", "exp", "iat"},
		Confidence: "L", Source: "https://docs.aws.amazon.com/cognito/latest/developerguide/open-id.html",
	},
}

// unknownPlatform is any other issuer.
var unknownPlatform = Platform{
	Name: "an OpenID Connect issuer", KeysPath: "/.well-known/jwks.json", Algorithm: jose.RS256, Type: "JWT",
	Claims: []string{"aud", "exp", "iat", "iss", "nbf", "sub"}, Confidence: "L",
	Source: "https://openid.net/specs/openid-connect-discovery-1_0.html",
}

func platformOf(u *url.URL) Platform {
	host := strings.ToLower(u.Hostname())
	for _, p := range platforms {
		// Hostnames have no slash: a dot separates, and a label matches one "*".
		if ok, _ := path.Match(strings.ReplaceAll(p.Host, ".", "/"), strings.ReplaceAll(host, ".", "/")); ok {
			return p
		}
	}
	return unknownPlatform
}

// root is the issuer whose keys an issuer shares, "" for none but its own.
func (p Platform) root(issuer string) string {
	if p.Root == issuer {
		return ""
	}
	return p.Root
}
