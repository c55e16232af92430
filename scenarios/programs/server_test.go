package programs_test

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"strings"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/expect"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/scenarios/internal/suite"
)

// server is what a platform runs for a web framework: an HTTP server at PORT that
// calls AWS when it is called.
const server = `
const { createServer } = require('node:http');
const { S3Client, ListBucketsCommand } = require('@aws-sdk/client-s3');
const { MY_AWS_ACCESS_KEY_ID: accessKeyId, MY_AWS_SECRET_ACCESS_KEY: secretAccessKey } = process.env;
const credentials = { accessKeyId, secretAccessKey };
const s3 = new S3Client({ credentials, maxAttempts: 1 });
createServer(async (request, response) => {
  const { Buckets } = await s3.send(new ListBucketsCommand({}));
  const { host, 'x-vercel-oidc-token': token = '' } = request.headers;
  response.end(JSON.stringify({ url: request.url, host, token, buckets: Buckets.map((b) => b.Name) }));
}).listen(process.argv[1]);`

var _ = Describe("a server on Vercel", func() {
	for _, mode := range suite.Isolations() {
		It("is called as the platform calls it, in "+string(mode), func(ctx SpecContext) {
			suite.NeedIsolation(ctx, mode)
			port := uint16(3000)
			if mode == isolation.Endpoint {
				port = suite.FreePort()
			}
			installed := suite.Installed(ctx, "node-aws-sdk")
			command := harness.Command("node", "-e", server, portText(port)).In(installed.Dir)
			subject := harness.Subject(command)
			if mode == isolation.Container {
				subject = suite.InContainer(ctx, "node", command, programs[0].reads).In(installed.Dir)
			}
			d := harness.StartTest(GinkgoT(), "vercel-oidc", harness.WithIsolation(mode), harness.Bucket("uploads"),
				harness.User("app", harness.Allow("s3:*"), harness.KeyAs(suite.KeyVariable, suite.SecretVariable)))
			s, err := d.Serve(ctx, subject, port)
			Expect(err).NotTo(HaveOccurred())

			url, err := s.Listen()
			Expect(err).NotTo(HaveOccurred())
			for range 2 {
				request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+"/api/files?page=1", nil)
				Expect(err).NotTo(HaveOccurred())
				request.Host = "app.vercel.app"
				answer, err := http.DefaultClient.Do(request)
				Expect(err).NotTo(HaveOccurred())
				body, err := io.ReadAll(answer.Body)
				Expect(err).NotTo(HaveOccurred())
				Expect(answer.Body.Close()).To(Succeed())
				var saw struct {
					URL, Host, Token string
					Buckets          []string
				}
				Expect(json.Unmarshal(body, &saw)).To(Succeed(), string(body))
				Expect(saw.URL).To(Equal("/api/files?page=1"))
				Expect(saw.Host).To(Equal("app.vercel.app"))
				Expect(saw.Buckets).To(Equal([]string{"uploads"}))
				Expect(strings.Split(saw.Token, ".")).To(HaveLen(3), "x-vercel-oidc-token is a JWT")
			}
			r, err := s.Close()
			Expect(err).NotTo(HaveOccurred())
			Expect(r).To(SatisfyAll(expect.Succeeded(), expect.Accepted(list, suite.UserARN), expect.NothingElse()))
			Expect(r.Calls(list)).To(HaveLen(2))
			Expect(r.Stopped).To(BeTrue())
		})
	}
})

var _ = Describe("curl, for what is neither AWS nor the host's", func() {
	for _, mode := range []isolation.Mode{isolation.Sandbox, isolation.Container} {
		It("fails as without a network, and that is reported, in "+string(mode), func(ctx SpecContext) {
			suite.NeedIsolation(ctx, mode)
			curl, err := exec.LookPath("curl")
			if err != nil {
				suite.Missing("curl", errors.New("there is no curl: install it"))
			}
			command := harness.Command(curl, "-sS", "https://example.com")
			subject := harness.Subject(command)
			if mode == isolation.Container {
				subject = suite.InContainer(ctx, "curl", command, programs[3].reads)
			}
			r, err := harness.StartTest(GinkgoT(), "vercel", harness.WithIsolation(mode), harness.User("app")).Run(ctx,
				subject)
			Expect(err).NotTo(HaveOccurred())
			Expect(r.ExitCode).To(Equal(7), "%s", r) // CURLE_COULDNT_CONNECT
			Expect(r).To(SatisfyAll(expect.NoCalls(), Not(expect.NothingElse())))
			Expect(r.Refused).To(HaveLen(1))
			Expect(r.Refused[0].Name).To(Equal("example.com"))
			Expect(r.Refused[0].Port).To(BeEquivalentTo(443))
			Expect(r.Refused[0].Addr.IsValid()).To(BeTrue())
			Expect(r.String()).To(ContainSubstring("refused, for nothing may leave: example.com:443 (tcp)"))
		})
	}
})

var _ = Describe("isolation container", func() {
	It("refuses a program of this machine in one clear line", func(ctx SpecContext) {
		suite.NeedIsolation(ctx, isolation.Container)
		d := harness.StartTest(GinkgoT(), "local", harness.WithIsolation(isolation.Container))
		_, err := d.Run(ctx, harness.Command("true"))
		Expect(err).To(MatchError(ContainSubstring("isolation container runs images")))
	})
	It("keeps a service of this machine within reach", func(ctx SpecContext) {
		suite.NeedIsolation(ctx, isolation.Container)
		curl, err := exec.LookPath("curl")
		if err != nil {
			suite.Missing("curl", errors.New("there is no curl: install it"))
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		Expect(err).NotTo(HaveOccurred())
		service := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_,
				_ = io.WriteString(w, "rows for "+r.Host)
		})}
		go func() { _ = service.Serve(l) }()
		DeferCleanup(service.Close)
		image := suite.InContainer(ctx, "curl", harness.Command(curl, "-sS", "http://db.internal:5432/"),
			programs[3].reads)
		r, err := harness.StartTest(GinkgoT(), "local", harness.PassThrough("db.internal:5432="+l.Addr().String()),
			harness.WithIsolation(isolation.Container)).Run(ctx, image)
		Expect(err).NotTo(HaveOccurred())
		Expect(r).To(SatisfyAll(expect.Succeeded(), expect.NothingElse()))
		Expect(string(r.Stdout)).To(Equal("rows for db.internal:5432"))
	})
})

func portText(port uint16) string { return strconv.Itoa(int(port)) }
