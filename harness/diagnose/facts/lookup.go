package facts

import (
	"fmt"

	"github.com/hostproof/hostproof/mockaws/metadata"
)

// Advice is what to do about a refusal of one of the host's credential
// endpoints.
type Advice struct{ Change, Source string }

// DocIMDS is how instance metadata is asked.
const DocIMDS = docIMDS2

const (
	docIMDS  = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-service.html"
	docIMDS2 = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-v2-how-it-works.html"
	docTasks = "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html"
	docPods  = "https://docs.aws.amazon.com/eks/latest/userguide/pod-identities.html"
	docSSO   = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html"
	docLogin = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-login-credentials.html"
	// docNoIMDS is how SDKs are kept from instance metadata.
	docNoIMDS = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-credentials.html"
)

// lookupAdvice is by the endpoint's behaviour, where that is the end of the
// matter and not a step to another attempt.
var lookupAdvice = map[string]Advice{
	"imds/token-too-far": {
		"Let the reply to a token request travel one hop more (aws ec2 modify-instance-metadata-options " +
			"--http-put-response-hop-limit 2), " +
			"or give the container credentials of its own: a task role, EKS Pod Identity, IRSA",
		docIMDS2,
	},
	"imds/token-missing": {
		"Ask for a session token first (PUT /latest/api/token), as every current SDK does, and let nothing between " +
			"the program and the instance refuse that: " +
			"this instance has HttpTokens=required",
		docIMDS2,
	},
	"imds/token-expired": {
		"Ask for a new session token when one has expired (PUT /latest/api/token), and keep none for longer than " +
			"the X-aws-ec2-metadata-token-ttl-seconds that it was asked for with: " +
			"SDKs do that by themselves",
		docIMDS2,
	},
	"imds/token-forwarded": {
		"Send token requests directly, not through a proxy: set NO_PROXY=169.254.169.254",
		docIMDS2,
	},
	"imds/disabled": {
		"Turn the instance metadata service on (HttpEndpoint=enabled), or give the program credentials otherwise",
		docIMDS,
	},
	"imds/no-role": {
		"Attach an instance profile with a role to the instance",
		"https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-roles-for-amazon-ec2.html",
	},
	"imds/assume-role": {
		"Let ec2.amazonaws.com assume the role: add it as a principal to the role's trust policy",
		"https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_iam-ec2.html",
	},
	"ecs/unknown-id": {
		"Attach a role to what the program runs in (a task's task role, an App Runner service's instance role), and " +
			"do not copy AWS_CONTAINER_CREDENTIALS_RELATIVE_URI from another container",
		docTasks,
	},
	"ecs/assume-role": {
		"Let the host's service assume the role (ecs-tasks.amazonaws.com, tasks.apprunner.amazonaws.com, " +
			"codebuild.amazonaws.com): add it as a principal to the role's trust policy",
		docTasks,
	},
	"eks-pod-identity/address": {
		"Call the agent at 169.254.170.23 or [fd00:ec2::23], and not through a proxy or another name",
		docPods,
	},
	"eks-pod-identity/claims": {
		"Read AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE anew for each request: the kubelet renews the file, and a " +
			"token that was kept has ended",
		docPods,
	},
	"eks-pod-identity/refused": {
		"Check that the pod's token is the cluster's own for the audience pods.eks.amazonaws.com, and that the " +
			"role trusts pods.eks.amazonaws.com with sts:AssumeRole and sts:TagSession. A target role has to trust " +
			"the first one so; in another account, the first one needs leave for both actions as well",
		docPods,
	},
	"eks-pod-identity/no-association": {
		"Associate a role with the pod's namespace and service account (aws eks create-pod-identity-association)",
		docPods,
	},
	"snapstart/token": {
		"Send the value of AWS_CONTAINER_AUTHORIZATION_TOKEN as the header Authorization, without a scheme",
		"https://docs.aws.amazon.com/lambda/latest/dg/snapstart-activate.html",
	},
	"sso-portal/token": {"Sign in again: aws sso login --profile PROFILE", docSSO},
	"sso-portal/forbidden": {
		"Use an account and a permission set that are assigned to the person (sso_account_id, sso_role_name)",
		docSSO,
	},
	"sso-oidc/grant": {"Sign in again: aws sso login --profile PROFILE", docSSO},
	"signin/grant":   {"Sign in again: aws login", docLogin},
	"signin/ended":   {"Sign in again: aws login", docLogin},
	"gce-metadata/flavor": {
		"Set AWS_EC2_METADATA_DISABLED=true, so that SDKs do not take Google's metadata server for EC2's, and give " +
			"the program keys, or a role for a token of Google's (AssumeRoleWithWebIdentity)",
		docNoIMDS,
	},
	"azure-metadata/verb":   notAzure,
	"azure-metadata/header": notAzure,
	"amplify-listener/unknown": {
		"Leave the listener alone: with a compute role the credentials are in AWS_ACCESS_KEY_ID, " +
			"AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN while requests are answered",
		"https://docs.aws.amazon.com/amplify/latest/userguide/amplify-SSR-compute-role.html",
	},
}

// notAzure is what to do where SDKs meet Azure's metadata service at EC2's address.
var notAzure = Advice{
	"Set AWS_EC2_METADATA_DISABLED=true, so that SDKs do not take Azure's metadata service for EC2's, and give the " +
		"program keys, or the credentials of a role that it assumes with a token of this platform",
	docNoIMDS,
}

// RefusedLookup is the first request to the host's endpoints that ended the
// search for credentials, and what to do about it.
func (d *Facts) RefusedLookup() (metadata.Lookup, Advice, bool) {
	for _, l := range d.Result.Lookups {
		if a, known := lookupAdvice[l.Behaviour]; known {
			return l, a, true
		}
	}
	return metadata.Lookup{}, Advice{}, false
}

// Told says what became of a request to an endpoint.
func Told(l metadata.Lookup) string {
	answer := fmt.Sprintf("and was answered %d", l.Status)
	if l.Status == 0 {
		answer = "and got no answer"
	}
	return fmt.Sprintf("It asked the host's endpoint %s (%s %s) %s: %s.", l.Endpoint, l.Method, l.Path, answer, l.Note)
}
