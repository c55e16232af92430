package facts

import "strings"

// askedWrong is what to change where an endpoint was asked and the way was wrong, by
// the endpoint's behaviour. Unlike with lookupAdvice the program may have gone on
// and asked rightly.
var askedWrong = map[string]Advice{
	"imds/token-method": {
		"Ask for the session token with PUT /latest/api/token and the header " +
			"X-aws-ec2-metadata-token-ttl-seconds, then " +
			"send it as X-aws-ec2-metadata-token; or use a version of the program that does",
		docIMDS2,
	},
	"imds/token-slash": {"Ask for the session token at /latest/api/token, without a slash at the end", docIMDS2},
	"imds/token-ttl": {
		"Send the header X-aws-ec2-metadata-token-ttl-seconds, 1 to 21600, with PUT /latest/api/token",
		docIMDS2,
	},
	"imds/token-invalid": {
		"Send as X-aws-ec2-metadata-token exactly what PUT /latest/api/token of this instance answered",
		docIMDS2,
	},
	"imds/not-found": {
		"Ask for /latest/meta-data/iam/security-credentials/, and then for the role that it names, below the same path",
		"https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html",
	},
	"ecs/no-id": {
		"Ask 169.254.170.2 for exactly the path in AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, its id included",
		docTasks,
	},
	"ecs/not-found": {
		"Ask 169.254.170.2 for exactly the path in AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
		docTasks,
	},
	"eks-pod-identity/no-token": {
		"Send what the file holds that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names, read anew for each request, as " +
			"the header Authorization: SDKs do since the version that knows EKS Pod Identity",
		"https://docs.aws.amazon.com/eks/latest/userguide/pod-id-minimum-sdk.html",
	},
	"eks-pod-identity/unparsable-token": {
		"Send the content of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE as the header Authorization as it is, without a " +
			"scheme in front of it and without the file's name",
		docPods,
	},
	"eks-pod-identity/not-found": {
		"Ask for exactly the address in AWS_CONTAINER_CREDENTIALS_FULL_URI",
		docPods,
	},
	"snapstart/not-found": {
		"Ask for exactly the address in AWS_CONTAINER_CREDENTIALS_FULL_URI",
		"https://docs.aws.amazon.com/lambda/latest/dg/snapstart-activate.html",
	},
	"oidc/unauthorized": {
		"Send ACTIONS_ID_TOKEN_REQUEST_TOKEN as the header Authorization: Bearer TOKEN",
		"https://docs.github.com/en/actions/reference/security/oidc",
	},
}

// Refusal is what to do about a refusal of an endpoint that ends a search for credentials,
// by the endpoint's behaviour.
func Refusal(behaviour string) (Advice, bool) {
	a, known := lookupAdvice[behaviour]
	return a, known
}

// adviceOn is what to do about a refusal of an endpoint, where that is known.
func adviceOn(behaviour string) (Advice, bool) {
	if a, known := lookupAdvice[behaviour]; known {
		return a, true
	}
	if a, known := askedWrong[behaviour]; known {
		return a, true
	}
	_, what, _ := strings.Cut(behaviour, "/")
	switch what {
	case "throttled", "failure", "fault", "not-ready":
		return Advice{Change: "Have the program ask again after a moment: the endpoint failed, and the way it was " +
			"asked is not the reason", Source: docStability}, true
	}
	return Advice{}, false
}

const docStability = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"
