package metadata_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/hostproof/hostproof/mockaws/metadata"
)

// TestStatusOfEachBehaviour: what each endpoint answers, as the source beside the row
// has it; 0 where nothing is answered, or what a plan says.
func TestStatusOfEachBehaviour(t *testing.T) {
	want := map[string]int{
		"imds/token": 200, "imds/token-method": 405, "imds/token-slash": 403, "imds/token-ttl": 400,
		"imds/token-forwarded": 403, "imds/token-too-far": 0, "imds/no-version-2": 404, "imds/disabled": 403,
		"imds/token-missing": 401, "imds/token-invalid": 401, "imds/token-expired": 401, "imds/method": 405,
		"imds/value": 200, "imds/directory": 200, "imds/not-found": 404, "imds/no-role": 404, "imds/not-ready": 404,
		"imds/credentials": 200, "imds/credentials-extended": 200, "imds/assume-role": 200, "imds/failure": 500,
		"imds/throttled": 429, "imds/fault": 0,
		"ecs/credentials": 200, "ecs/no-id": 400, "ecs/unknown-id": 400, "ecs/not-ready": 503, "ecs/assume-role": 400,
		"ecs/failure": 500, "ecs/limit": 429, "ecs/not-found": 404, "ecs/moved": 301,
		"ecs/metadata":            200,
		"ecs/metadata-v3-unknown": 500, "ecs/metadata-v4-unknown": 404, "ecs/fault": 0,
		"eks-pod-identity/credentials": 200, "eks-pod-identity/address": 403, "eks-pod-identity/no-token": 400,
		"eks-pod-identity/unparsable-token": 400, "eks-pod-identity/claims": 400, "eks-pod-identity/limit": 429,
		"eks-pod-identity/refused": 400, "eks-pod-identity/no-association": 404, "eks-pod-identity/failure": 500,
		"eks-pod-identity/not-found": 404, "eks-pod-identity/fault": 0,
		"snapstart/credentials": 200, "snapstart/token": 404, "snapstart/failure": 500, "snapstart/not-found": 404,
		"snapstart/method": 405, "snapstart/throttled": 429, "snapstart/fault": 0,
		"sso-portal/credentials": 200, "sso-portal/token": 401, "sso-portal/forbidden": 403, "sso-portal/request": 400,
		"sso-portal/failure": 500, "sso-portal/unsupported": 501, "sso-portal/throttled": 429, "sso-portal/fault": 0,
		"sso-oidc/token": 200, "sso-oidc/grant": 400, "sso-oidc/client": 401, "sso-oidc/grant-type": 400,
		"sso-oidc/request": 400, "sso-oidc/unsupported": 501, "sso-oidc/throttled": 400, "sso-oidc/fault": 0,
		"signin/token": 200, "signin/proof": 400, "signin/grant": 400, "signin/ended": 400, "signin/request": 400,
		"signin/failure": 500, "signin/unsupported": 501, "signin/throttled": 429, "signin/fault": 0,
		"oidc/token": 200, "oidc/unauthorized": 401, "oidc/not-found": 404, "oidc/failure": 500, "oidc/throttled": 429,
		"oidc/fault":         0,
		"gce-metadata/value": 200, "gce-metadata/flavor": 403, "gce-metadata/not-found": 404,
		"gce-metadata/method":      405,
		"gce-metadata/unsupported": 501, "gce-metadata/throttled": 429, "gce-metadata/fault": 0,
		"azure-metadata/verb": 400, "azure-metadata/header": 400, "azure-metadata/unsupported": 501,
		"azure-metadata/throttled": 429, "azure-metadata/fault": 0, "amplify-listener/unknown": 501,
	}
	kinds := map[string]bool{}
	got := map[string]int{}
	for _, b := range metadata.Behaviours() {
		got[b.Name] = b.Status
	}
	for name, status := range want {
		if s, has := got[name]; !has || s != status {
			t.Errorf("%s: there %t, %d, want %d", name, has, s, status)
		}
		kinds[kindOf(name)] = true
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, known := want[name]; !known && kinds[kindOf(name)] {
			t.Errorf("%s has no row here", name)
		}
	}
}

func kindOf(name string) string {
	for i := range name {
		if name[i] == '/' {
			return name[:i]
		}
	}
	return name
}
