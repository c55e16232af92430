package oidc

import (
	"strings"
	"time"
)

// Preset is a token as a hosting platform gives it to what it hosts.
type Preset struct {
	Issuer   string
	Claims   map[string]any
	Lifetime time.Duration
	// Confidence is V verified, L likely or U unverified.
	Confidence string
	Source     string
}

// Options are those to mint the token with.
func (p Preset) Options() TokenOptions { return TokenOptions{Claims: p.Claims, Lifetime: p.Lifetime} }

// Environments of a deployment to Vercel.
const (
	Production  = "production"
	Preview     = "preview"
	Development = "development"
)

// Vercel is the token of a project's deployment, of the team's issuer. It lives
// an hour, in development 12.
func Vercel(team, project, environment string) Preset {
	p := Preset{
		Issuer: "https://oidc.vercel.com/" + team,
		Claims: map[string]any{
			"aud": "https://vercel.com/" + team,
			"sub": "owner:" + team + ":project:" + project + ":environment:" + environment,
			// The ids' values are made up; their prefixes are Vercel's.
			"owner": team, "owner_id": "team_0000000000000000000000000000",
			"project": project, "project_id": "prj_0000000000000000000000000000", "environment": environment,
		},
		Lifetime: time.Hour, Confidence: "V", Source: "https://vercel.com/docs/oidc/reference",
	}
	if environment == Development {
		p.Lifetime, p.Claims["user_id"] = 12*time.Hour, "user_000000000000000000000000"
	}
	return p
}

// VercelGlobal is the same of the issuer that all teams share.
func VercelGlobal(team, project, environment string) Preset {
	p := Vercel(team, project, environment)
	p.Issuer = "https://oidc.vercel.com"
	return p
}

// GitHubActions is the token of a job of a repository ("owner/name") on a ref
// ("refs/heads/main"), or with an environment, of a job in that. The lifetime is
// the one in the documentation's example.
func GitHubActions(repository, ref, environment string) Preset {
	owner, _, _ := strings.Cut(repository, "/")
	sub := "repo:" + repository + ":ref:" + ref
	claims := map[string]any{
		"aud": "sts.amazonaws.com", "repository": repository, "repository_owner": owner, "ref": ref,
		"ref_type": "branch",
		"sha":      "0000000000000000000000000000000000000000", "repository_id": "1", "repository_owner_id": "2",
		"repository_visibility": "private",
		"run_id":                "1", "run_number": "1", "run_attempt": "1", "actor": "octocat", "actor_id": "3",
		"event_name": "push",
		"workflow":   "deploy",
		"head_ref":   "", "base_ref": "", "runner_environment": "github-hosted",
		"job_workflow_ref": repository + "/.github/workflows/deploy.yml@" + ref, "workflow_ref": repository +
			"/.github/workflows/deploy.yml@" + ref,
	}
	if environment != "" {
		sub, claims["environment"] = "repo:"+repository+":environment:"+environment, environment
	}
	claims["sub"] = sub
	return Preset{
		Issuer: "https://token.actions.githubusercontent.com", Claims: claims, Lifetime: 5 * time.Minute,
		Confidence: "V", Source: "https://docs.github.com/en/actions/reference/security/oidc",
	}
}

// Audiences of service account tokens that EKS mounts into pods.
const (
	AudienceIRSA        = "sts.amazonaws.com"      // IAM roles for service accounts
	AudiencePodIdentity = "pods.eks.amazonaws.com" // EKS Pod Identity
)

// EKSServiceAccount is the projected token of a Kubernetes service account in a
// cluster whose issuer is https://oidc.eks.REGION.amazonaws.com/id/ID.
func EKSServiceAccount(issuer, namespace, account, audience string) Preset {
	return Preset{
		Issuer: issuer,
		Claims: map[string]any{
			"aud": audience, "sub": "system:serviceaccount:" + namespace + ":" + account,
			"kubernetes.io": map[string]any{
				"namespace": namespace,
				"pod": map[string]string{"name": account + "-0",
					"uid": "00000000-0000-0000-0000-000000000001"},
				"serviceaccount": map[string]string{"name": account, "uid": "00000000-0000-0000-0000-000000000002"},
			},
		},
		Lifetime: 24 * time.Hour, Confidence: "V",
		Source: "https://github.com/aws/amazon-eks-pod-identity-webhook/blob/master/README.md",
	}
}

// Fly is the token of a Fly Machine.
func Fly(org, app, machine, audience string) Preset {
	return Preset{
		Issuer: "https://oidc.fly.io/" + org,
		Claims: map[string]any{
			"aud": audience, "sub": org + ":" + app + ":" + machine, "org_name": org, "org_id": "1", "app_name": app,
			"app_id":       "2",
			"machine_name": machine, "machine_id": "00000000000000", "machine_version": "00000000000000000000000000",
			"region":       "iad",
			"image":        "image:latest",
			"image_digest": "sha256:0000000000000000000000000000000000000000000000000000000000000000",
		},
		Lifetime: 15 * time.Minute, Confidence: "V", Source: "https://fly.io/docs/reference/openid-connect/",
	}
}
