package explain

import (
	"fmt"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/ledger"
	"github.com/hostproof/hostproof/mockaws/sigv4/mistakes"
)

// canonicalBlock is a canonical request as services and SDKs print it
// (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
var canonicalBlock = late.MustCompile(`(?m)^\W{0,3}((?:GET|PUT|POST|HEAD|DELETE|PATCH|OPTIONS)\n/[^\n]*\n` +
	`(?:[^\n]*\n){2,80}?(?:[0-9a-f]{64}|UNSIGNED-PAYLOAD|STREAMING-[\w-]+))`)

// canonicalFinding compares the canonical requests of client and server where a text
// shows two that differ.
func canonicalFinding(text string) (ledger.Finding, bool) {
	blocks := canonicalBlock.FindAllStringSubmatch(text, maxCalls)
	for _, block := range blocks {
		if name := doubledHeader(block[1]); name != "" {
			return doubledFinding(name), true
		}
	}
	for i := 1; i < len(blocks); i++ {
		a, b := strings.Split(blocks[0][1], "\n"), strings.Split(blocks[i][1], "\n")
		if a[0] != b[0] || blocks[0][1] == blocks[i][1] {
			continue
		}
		for n := range min(len(a), len(b)) {
			if a[n] != b[n] {
				return differing(n+1, mistakes.Redact(a[n]), mistakes.Redact(b[n])), true
			}
		}
	}
	return ledger.Finding{}, false
}

// doubledHeader is a header whose value stands in a canonical request twice, joined by
// a comma: it arrived twice.
func doubledHeader(canonical string) string {
	for _, line := range strings.Split(canonical, "\n") {
		name, value, ok := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		half := len(value) / 2
		if ok && len(value) > 3 && value[half] == ',' && strings.TrimSpace(value[half+1:]) == value[:half] {
			return name
		}
		if first, second, two := strings.Cut(value, ", "); ok && two && first == second {
			return name
		}
	}
	return ""
}

func doubledFinding(name string) ledger.Finding {
	return ledger.Finding{
		Kind: "wrong-signature",
		What: "The request arrived with its header " + name + " twice, and the signature covers it once.",
		Why: "The service joins the two with a comma in its canonical request, so the signature cannot match, " +
			"whatever the secret. The library that signs and the HTTP client that sends both set the header, or " +
			"one of them changed with an update.",
		Change: "Set the header in one place only (take it out of what is handed to the HTTP client), or use " +
			"versions of library and HTTP client that fit each other.",
		Source: docSigV4, Confidence: "L",
	}
}

func differing(line int, first, second string) ledger.Finding {
	return ledger.Finding{
		Kind: "wrong-signature",
		What: fmt.Sprintf("The text has two canonical requests, and the first line that differs is line %d.", line),
		Why: fmt.Sprintf(
			"One has %q, the other %q. Client and server computed the signature over different requests, so "+
				"it cannot match, whatever the secret.", short(hideSecrets(first)), short(hideSecrets(second))),
		Change: "Find what makes that line another one between signing and arriving (encoding of the path, a " +
			"proxy, a header that is added or changed), and sign what is sent; leave headers that proxies change " +
			"unsigned.",
		Source: docSigV4, Confidence: "L",
	}
}
