package eks_test

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/harness/project"
	"github.com/hostproof/hostproof/mockaws/iam"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// trusting is a trust policy for actions of the service of pod identities, with a condition.
func trusting(actions, condition string) string {
	return `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
		"Principal": {"Service": "pods.eks.amazonaws.com"}, "Action": ` + actions + condition + `}]}`
}

// rolePolicy gives a role a policy of its own.
func rolePolicy(role, document string) harness.Option {
	return harness.With(project.Project{Roles: map[string]project.Role{
		role: {Policies: []iam.PolicySeed{{Name: "own", Document: document}}}}})
}

const (
	both        = `["sts:AssumeRole", "sts:TagSession"]`
	ofNamespace = `, "Condition": {"StringEquals": {"aws:RequestTag/kubernetes-namespace": "`
)

// The service of pod identities passes six session tags, by which policies can tell pods apart
// (https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html).
var _ = Describe("the session tags of EKS Pod Identity", func() {
	byTag := func(key, value string) harness.Option {
		return rolePolicy("app", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
			"Action": "s3:ListAllMyBuckets", "Resource": "*",
			"Condition": {"StringEquals": {"aws:PrincipalTag/`+key+`": "`+value+`"}}}]}`)
	}
	boto3 := suite.TokenClients[1]

	DescribeTable("let a policy allow what is of a tag", func(ctx SpecContext, key, value string) {
		boto3.CheckToken(ctx, pod, suite.Claim{expect.Succeeded()}, byTag(key, value))
	},
		Entry("the namespace", "kubernetes-namespace", "default"),
		Entry("the service account", "kubernetes-service-account", "app"),
		Entry("the cluster", "eks-cluster-name", "example"),
		Entry("the pod", "kubernetes-pod-name", "app-0"),
	)
	It("and forbid what is of another", func(ctx SpecContext) {
		boto3.CheckToken(ctx, pod, suite.Claim{expect.Refused("s3:ListBuckets", "AccessDenied")},
			byTag("kubernetes-namespace", "payments"))
	})
	DescribeTable("are asked for in the trust policy", func(ctx SpecContext, policy string, claim suite.Claim) {
		boto3.CheckToken(ctx, pod, claim, suite.MayUseS3, harness.RoleTrust("app", policy))
	},
		Entry("which may want one", trusting(both, ofNamespace+`default"}}`), suite.Claim{expect.Succeeded()}),
		Entry("and gives nothing to another", trusting(both, ofNamespace+`payments"}}`),
			suite.Claim{expect.NoCalls(), expect.FailedWith("AccessDeniedException")}),
		Entry("and has to allow sts:TagSession", trusting(`["sts:AssumeRole"]`, ""),
			suite.Claim{expect.NoCalls(), expect.FailedWith("AccessDeniedException")}),
	)
})

// An association can have a target role, which the first one assumes
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_PodIdentityAssociation).
var _ = Describe("the target role of EKS Pod Identity", func() {
	const target = "eks-pod-identity-target"
	boto3 := suite.TokenClients[1]
	mayUseS3 := rolePolicy("target", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
		"Action": "s3:ListAllMyBuckets", "Resource": "*",
		"Condition": {"StringEquals": {"aws:PrincipalTag/kubernetes-namespace": "default"}}}]}`)
	byApp := func(condition string) harness.Option {
		return harness.RoleTrust("target", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
			"Principal": {"AWS": "${role.app.arn}"}, "Action": `+both+condition+`}]}`)
	}

	It("is what the pod gets, with the tags", func(ctx SpecContext) {
		r := boto3.CheckToken(ctx, target, suite.Claim{expect.Succeeded()}, mayUseS3)
		Expect(r.Exchanges[0].Verdict.Principal).To(HavePrefix(suite.RoleARN("target", "eks-example-app-0-")))
	})
	It("may want the association's external id", func(ctx SpecContext) {
		boto3.CheckToken(ctx, target, suite.Claim{expect.Succeeded()}, mayUseS3, byApp(
			`, "Condition": {"StringLike": {"sts:ExternalId": "us-east-1/*/example/default/app"}}`))
	})
	It("is not given where it wants another", func(ctx SpecContext) {
		boto3.CheckToken(ctx, target, suite.Claim{expect.NoCalls(), expect.FailedWith("AccessDeniedException")},
			mayUseS3,
			byApp(`, "Condition": {"StringEquals": {"sts:ExternalId": "mine"}}`))
	})
	DescribeTable("can be of another account", func(ctx SpecContext, actions []string, claim suite.Claim) {
		boto3.CheckToken(ctx, target+"-account", claim, mayUseS3, harness.RoleAllow("app", actions...))
	},
		Entry("which the first role has leave for", []string{"sts:AssumeRole", "sts:TagSession"},
			suite.Claim{expect.Succeeded()}),
		Entry("with the tags as well", []string{"sts:AssumeRole"},
			suite.Claim{expect.NoCalls(), expect.FailedWith("AccessDeniedException")}),
		Entry("and is not given without", []string{"s3:ListAllMyBuckets"},
			suite.Claim{expect.NoCalls(), expect.FailedWith("AccessDeniedException")}),
	)
	It("is not given where the first role does not trust the service", func(ctx SpecContext) {
		boto3.CheckToken(ctx, target, suite.Claim{expect.NoCalls(), expect.FailedWith("AccessDeniedException")},
			mayUseS3,
			harness.RoleTrust("app", `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
				"Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`))
	})
})

// An association can have a policy, with which it passes no tags
// (https://docs.aws.amazon.com/eks/latest/APIReference/API_CreatePodIdentityAssociation.html).
var _ = Describe("the policy of an EKS Pod Identity association", func() {
	const limited = "eks-pod-identity-policy"
	boto3 := suite.TokenClients[1]

	It("leaves what role and policy both allow", func(ctx SpecContext) {
		boto3.CheckToken(ctx, limited, suite.Claim{expect.Succeeded()}, suite.MayUseS3)
	})
	It("gives nothing that the role does not", func(ctx SpecContext) {
		boto3.CheckToken(ctx, limited, suite.Claim{expect.Refused("s3:ListBuckets", "AccessDenied")},
			harness.RoleAllow("app", "bedrock:*"))
	})
	It("leaves a condition on a tag unmet", func(ctx SpecContext) {
		boto3.CheckToken(ctx, limited, suite.Claim{expect.NoCalls(), expect.FailedWith("AccessDeniedException")},
			suite.MayUseS3, harness.RoleTrust("app", trusting(both, ofNamespace+`default"}}`)))
	})
	It("needs no leave for tags", func(ctx SpecContext) {
		boto3.CheckToken(ctx, limited, suite.Claim{expect.Succeeded()}, suite.MayUseS3,
			harness.RoleTrust("app", trusting(`["sts:AssumeRole"]`, "")))
	})
})
