package diagnose

import (
	"testing"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/library"
)

func TestLibraries(t *testing.T) {
	for agent, want := range map[string]string{
		"ai/5.0.113 ai-sdk/provider-utils/3.0.19 runtime/node.js/v20.20.2 ai-sdk/amazon-bedrock/3.0.70 " +
			"runtime/node.js/v20.20.2": "AI SDK @ai-sdk/amazon-bedrock 3.0.70",
		"aws-sdk-js/3.772.0 ua/2.1 os/linux lang/js md/nodejs#20.20.2 api/s3#3.772.0 m/E,e": "AWS SDK for JavaScript v3 3.772.0",
		"aws-cli/1.46.2 md/Botocore#1.43.62 ua/2.1 os/linux":                                "AWS CLI 1.46.2",
		// The CLI itself prints it (aws --version): 2 has its botocore built in
		// (https://docs.aws.amazon.com/cli/latest/userguide/getting-started-version.html).
		"aws-cli/2.31.0 md/awscrt#0.27.6 ua/2.1 os/linux#6.1 md/arch#x86_64 lang/python#3.13.7":            "AWS CLI 2.31.0",
		"Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux":                                                  "boto3 1.44.5",
		"Boto3/1.44.5 md/Botocore#1.44.5 ua/2.1 os/linux Botocore/1.44.5 x-client-framework:langchain-aws": "langchain-aws (Python)",
		"litellm/1.106.2":                                                     "LiteLLM 1.106.2",
		"AnthropicBedrock/Python 2.12.0":                                      "anthropic (Python) 2.12.0",
		"aws-sdk-go-v2/1.47.6 ua/2.1 os/linux lang/go#1.26.8":                 "AWS SDK for Go v2 1.47.6",
		"aws-sdk-java/1.11.762 Linux/6.18 OpenJDK_64-Bit_Server_VM/17.0.15+6": "AWS SDK for Java v1 1.11.762",
		"curl/7.88.1":     "curl 7.88.1",
		"Mozilla/5.0 (X)": "",
		"":                "",
		"aws-sdk-rust/1.7.0 ua/2.1 api/sts/1.124.0 os/linux lang/rust/1.95.0 m/E,g md/http#hyper-1.x": "AWS SDK for Rust 1.7.0",
		"aws-sdk-cpp/1.11.900 ua/2.1 api/S3 os/Linux#6.18 lang/c++#C++11 md/aws-crt#0.44.1":           "AWS SDK for C++ 1.11.900",
		"aws-sdk-kotlin/1.6.0 ua/2.1 api/sts#1.6.0 os/linux#6.18 lang/kotlin#2.3.0 m/e,E":             "AWS SDK for Kotlin 1.6.0",
		"aws-sdk-go/1.55.8 (go1.26.8; linux; amd64)":                                                  "AWS SDK for Go v1 1.55.8",
	} {
		l := library.Of(agent)
		if l.String() != want {
			t.Errorf("%q is %q, want %q", agent, l, want)
		}
		for _, a := range fixtures.Needs() {
			if l.Advise(library.Advice(a)) == "" {
				t.Errorf("%q has no advice %s", agent, a)
			}
		}
		if l.ID != "" && library.ByID(l.ID).Name != l.Name {
			t.Errorf("%q is not found by id", l.ID)
		}
	}
}
