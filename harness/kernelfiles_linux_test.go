package harness_test

import (
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness"
	"github.com/hostproof/hostproof/harness/isolation"
	"github.com/hostproof/hostproof/harness/need"
)

// TestInstanceKnowsItself: a program in the sandbox that asks the kernel whether it is on EC2
// is told so on hosts with instance metadata, whatever this machine is, and cannot change it.
func TestInstanceKnowsItself(t *testing.T) {
	if err := isolation.Available(); err != nil {
		need.Missing(t, "sandbox", err)
	}
	const script = "cd /sys/class/dmi/id && cat board_asset_tag sys_vendor bios_vendor product_name && " +
		"cat /sys/devices/virtual/dmi/id/board_asset_tag && ! (echo x >board_asset_tag) 2>/dev/null"
	const want = "i-0123456789abcdef0\nAmazon EC2\nAmazon EC2\nt3.medium\ni-0123456789abcdef0\n"
	for _, host := range []string{"ec2", "ecs-ec2", "eks-irsa"} {
		d := harness.StartTest(t, host, harness.WithIsolation(isolation.Sandbox))
		r, err := d.Run(t.Context(), harness.Command("sh", "-c", script))
		if err != nil {
			t.Fatal(err)
		}
		if r.ExitCode != 0 || string(r.Stdout) != want {
			t.Errorf("%s: exit %d, %q %q, want %q", host, r.ExitCode, r.Stdout, r.Stderr, want)
		}
	}
	d := harness.StartTest(t, "lambda", harness.WithIsolation(isolation.Sandbox))
	r, err := d.Run(t.Context(), harness.Command("sh", "-c", "cat /sys/class/dmi/id/board_asset_tag"))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(r.Stdout), "i-0123456789abcdef0") {
		t.Errorf("lambda: %q", r.Stdout)
	}
}
