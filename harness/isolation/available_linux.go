package isolation

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hostproof/hostproof/harness/isolation/internal/nsinit"
)

// Available is nil where the sandbox works, else one sentence that says why not
// and what to do. It tries once, by preparing a sandbox.
func Available() error {
	_, err := available()
	return err
}

// Lacks says what the sandbox cannot hold because this kernel does not give it, each in a
// sentence without a full stop. It is empty where there is no sandbox.
func Lacks() []string {
	lacks, _ := available()
	return lacks
}

var available = sync.OnceValues(func() ([]string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	config := &Config{Argv: []string{"/"}, Dir: "/"}
	wall, _ := config.wall()
	p, err := launch(&nsinit.Spec{Probe: true, Dir: "/", IPv6: hasIPv6(), Wall: wall, Bounds: config.bounds(),
		Sockets: newWorld(config, hasIPv6()).sockets()}, streams{})
	if err != nil {
		return nil, err
	}
	fds, err := p.awaitStart(ctx)
	if err != nil {
		return nil, err
	}
	closeFDs(fds)
	p.end()
	return p.lacks, nil
})

// failedStep is the error of an init that could not do what it was to do.
func failedStep(r nsinit.Reply) error {
	if r.Errno == 0 {
		return fmt.Errorf("isolation: %s: %s", r.Step, r.Error)
	}
	return explain(r.Step, syscall.Errno(r.Errno))
}

// obstacles are what keeps namespaces from working: how to see it, and what to
// do. The first that is seen is named.
var obstacles = []struct {
	seen func() bool
	what string
}{
	// https://docs.docker.com/engine/security/seccomp/
	{seccompFilters, "a seccomp filter is on, as in a container: start the container with " +
		"--security-opt seccomp=unconfined --security-opt apparmor=unconfined, or --privileged"},
	// https://ubuntu.com/blog/ubuntu-23-10-restricted-unprivileged-user-namespaces
	{sysctlIs("kernel/apparmor_restrict_unprivileged_userns", "1"),
		"AppArmor keeps programs that are not root from using user namespaces; " +
			"run `sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0`"},
	// Debian before 11:
	// https://www.debian.org/releases/bullseye/amd64/release-notes/ch-information.en.html#linux-user-namespaces
	{sysctlIs("kernel/unprivileged_userns_clone", "0"),
		"this kernel keeps programs that are not root from making user namespaces; " +
			"run `sudo sysctl -w kernel.unprivileged_userns_clone=1`"},
	// https://man7.org/linux/man-pages/man7/namespaces.7.html
	{sysctlIs("user/max_user_namespaces", "0"),
		"user namespaces are switched off; run `sudo sysctl -w user.max_user_namespaces=15000`"},
	{few("net"), "there may be few network namespaces at a time, and a sandbox takes two; " +
		"run `sudo sysctl -w user.max_net_namespaces=15000`"},
	{few("pid"), "there may be few process namespaces at a time; run `sudo sysctl -w user.max_pid_namespaces=15000`"},
	{few("ipc"), "there may be few IPC namespaces at a time; run `sudo sysctl -w user.max_ipc_namespaces=15000`"},
	{few("uts"), "there may be few UTS namespaces at a time; run `sudo sysctl -w user.max_uts_namespaces=15000`"},
	{few("cgroup"),
		"there may be few cgroup namespaces at a time; run `sudo sysctl -w user.max_cgroup_namespaces=15000`"},
	{few("mnt"), "there may be few mount namespaces at a time; run `sudo sysctl -w user.max_mnt_namespaces=15000`"},
}

// explain makes one sentence of a step that the system refused: why there is no
// sandbox here, and what to do.
func explain(step string, errno syscall.Errno) error {
	if !slices.Contains(refusals, errno) {
		return fmt.Errorf("isolation: %s: %w", step, errno)
	}
	advice := "this system does not allow it"
	if os.Geteuid() != 0 {
		advice += "; run as root"
	}
	for _, o := range obstacles {
		if o.seen() {
			advice = o.what
			break
		}
	}
	return &UnavailableError{Step: step, Err: errno, Advice: advice}
}

// refusals are the errors by which a system says that it does not do such a
// thing, and not that it is short of something. ENOSPC is a limit of namespaces
// (user_namespaces(7)).
var refusals = []syscall.Errno{
	syscall.EPERM, syscall.EACCES, syscall.ENOSPC, syscall.EUSERS, syscall.EINVAL, syscall.ENOSYS, syscall.EOPNOTSUPP,
	syscall.EROFS,
}

func sysctlIs(name, value string) func() bool {
	return func() bool {
		b, err := os.ReadFile("/proc/sys/" + name)
		return err == nil && strings.TrimSpace(string(b)) == value
	}
}

// few says whether the limit of a kind of namespaces is one that sandboxes meet.
func few(kind string) func() bool {
	return func() bool {
		b, err := os.ReadFile("/proc/sys/user/max_" + kind + "_namespaces")
		limit, bad := strconv.Atoi(strings.TrimSpace(string(b)))
		return err == nil && bad == nil && limit < 100
	}
}

func seccompFilters() bool {
	b, err := os.ReadFile("/proc/self/status")
	return err == nil && strings.Contains(string(b), "\nSeccomp:\t2\n")
}
