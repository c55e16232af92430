package harness_test

import (
	"errors"
	"os/exec"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/diagnose"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
)

// A client that trusts no CA, like one whose own list of CAs lacks the run's.
const trustsNobody = `
import socket, ssl
name = "sts.us-east-1.amazonaws.com"
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.wrap_socket(socket.create_connection((name, 443)), server_hostname=name)
`

func TestSubjectWithCAsOfItsOwn(t *testing.T) {
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	if _, err := exec.LookPath("python3"); err != nil {
		need.Missing(t, "python3", errors.New("there is no python3: install Python"))
	}
	d := harness.StartTest(t, "local", harness.WithIsolation(isolation.Sandbox))
	r, err := d.Run(t.Context(), harness.Command("python3", "-c", trustsNobody))
	if err != nil {
		t.Fatal(err)
	}
	found := r.Diagnosis.Findings
	if len(found) != 1 || found[0].Kind != diagnose.UntrustedCA || !strings.Contains(found[0].What,
		"the certificate of sts.us-east-1.amazonaws.com") {
		t.Errorf("got %+v\n%s", found, r.Stderr)
	}
}
