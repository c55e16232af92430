package programs_test

import (
	"context"
	"path/filepath"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

const list = "s3:ListBuckets"

// program is one that leaves its credentials to its SDK's default chain and lists
// the buckets of S3. It is the same on every host and in every isolation.
type program struct {
	name    string
	command func(context.Context) *harness.CommandSubject
	// image is its image's name: programs of one have the same interpreter.
	image string
	// reads are the folders of this machine that an image of it needs, and those in
	// them that it does not.
	reads func(context.Context) (trees, without []string)
	// none is what it says that finds no credentials.
	none string
}

const boto3 = "import boto3; print([b['Name'] for b in boto3.client('s3').list_buckets()['Buckets']])"

var programs = []program{
	{
		name:  "node",
		image: "node",
		command: func(ctx context.Context) *harness.CommandSubject {
			return suite.Subject(ctx, "node-aws-sdk", "--service", "s3", "--operation", "list-buckets", "--strategy",
				"env")
		},
		reads: func(ctx context.Context) (trees, without []string) {
			return []string{suite.Installed(ctx, "node-aws-sdk").Dir}, nil
		},
		none: "Could not load credentials from any providers",
	},
	{
		name:  "boto3",
		image: "python",
		command: func(ctx context.Context) *harness.CommandSubject {
			return harness.Command(python(ctx), "-c", boto3)
		},
		reads: pythonReads,
		none:  "Unable to locate credentials",
	},
	{
		name:  "awscli",
		image: "python",
		command: func(ctx context.Context) *harness.CommandSubject {
			return suite.Tool(ctx, "python-boto3", "aws", "s3api", "list-buckets")
		},
		reads: pythonReads,
		none:  "Unable to locate credentials",
	},
	{
		name:    "go",
		image:   "go",
		command: func(ctx context.Context) *harness.CommandSubject { return suite.Subject(ctx, "go-aws-sdk") },
		reads:   func(context.Context) (trees, without []string) { return nil, nil },
		none:    "failed to refresh cached credentials",
	},
}

func python(ctx context.Context) string { return suite.Tool(ctx, "python-boto3", "aws").Argv[0] }

// pythonReads are the virtual environment and the standard library.
func pythonReads(ctx context.Context) (trees, without []string) {
	GinkgoHelper()
	lib := suite.Output(ctx, python(ctx), "-c", "import sysconfig; print(sysconfig.get_paths()['stdlib'])")
	installed := suite.Installed(ctx, "python-boto3").Dir
	for _, name := range []string{"site-packages", "test", "idlelib", "ensurepip", "lib2to3", "tkinter"} {
		without = append(without, filepath.Join(lib, name))
	}
	without = append(without, filepath.Join(installed, "venv", "lib", filepath.Base(lib), "site-packages", "awscli",
		"examples"))
	return []string{installed, lib}, without
}

// subject is the program as an isolation runs it.
func (p program) subject(ctx context.Context, mode isolation.Mode) harness.Subject {
	GinkgoHelper()
	command := p.command(ctx)
	if mode != isolation.Container {
		return command
	}
	return suite.InContainer(ctx, p.image, command, p.reads)
}

// place is a host with a project's settings, and what comes of the program there.
type place struct {
	host  string
	opts  []harness.Option
	claim func(program) suite.Claim
}

// caller is the principal of the first call, whose session's name is made anew for
// each on some hosts.
func caller(r *harness.Result) string {
	for _, e := range r.Calls(list) {
		return e.Verdict.Principal
	}
	return ""
}

func always(c suite.Claim) func(program) suite.Claim { return func(program) suite.Claim { return c } }

var region = []harness.Option{harness.Set("AWS_REGION", "us-east-1"), harness.Set("AWS_DEFAULT_REGION", "us-east-1")}

var places = []place{
	{
		// The platform's token alone; the project's own key has other names.
		host:  "vercel",
		opts:  []harness.Option{harness.User("app", harness.Allow("s3:*"))},
		claim: func(p program) suite.Claim { return suite.Claim{expect.FailedWith(p.none), expect.NoCalls()} },
	},
	{
		// The project's key has the names that SDKs know, and the token is the platform's.
		host: "vercel-user-keys",
		opts: []harness.Option{harness.User("app", harness.Allow("s3:*"))},
		claim: always(suite.Claim{expect.Refused(list, "InvalidToken"), expect.MixedCredentials("AWS_ACCESS_KEY_ID",
			"AWS_SESSION_TOKEN")}),
	},
	{
		host:  "amplify-compute-role",
		opts:  []harness.Option{harness.RoleAllow("compute", "s3:*")},
		claim: always(suite.AsRole(list, "app-compute", "compute")),
	},
	{
		host:  "ecs-fargate",
		opts:  []harness.Option{harness.RoleAllow("task", "s3:*")},
		claim: always(suite.AsRole(list, "app-task", "0123456789abcdef0123456789abcdef")),
	},
	{
		host: "eks-pod-identity",
		opts: append(region, harness.RoleAllow("app", "s3:*")),
		claim: always(suite.Claim{expect.Succeeded(),
			WithTransform(caller, HavePrefix(suite.RoleARN("app", "eks-example-app-0-")))}),
	},
	{
		host:  "ec2",
		opts:  append(region, harness.RoleAllow("instance", "s3:*")),
		claim: always(suite.AsRole(list, "app-instance", "i-0123456789abcdef0")),
	},
}

var _ = Describe("the same program", func() {
	for _, mode := range suite.Isolations() {
		for _, p := range programs {
			for _, at := range places {
				It(strings.Join([]string{p.name, "on", at.host, "in", string(mode)}, " "), func(ctx SpecContext) {
					suite.NeedIsolation(ctx, mode)
					subject := p.subject(ctx, mode)
					opts := append([]harness.Option{harness.WithIsolation(mode), harness.Bucket("uploads")}, at.opts...)
					r, err := harness.StartTest(GinkgoT(), at.host, opts...).Run(ctx, subject)
					Expect(err).NotTo(HaveOccurred())
					Expect(r).To(SatisfyAll(at.claim(p)...))
					Expect(r.Isolation).To(Equal(string(mode)))
					Expect(r).To(expect.NoSecretIn([]byte(r.String()), r.Stdout, r.Stderr))
					if r.Accepted() {
						Expect(r).To(expect.NothingElse())
						Expect(string(r.Stdout)).To(ContainSubstring("uploads"))
					}
				})
			}
		}
	}
})
