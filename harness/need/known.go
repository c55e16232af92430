package need

// Known are the things beside the tools of subjects that a test of this module
// may want: what the variable may list.
var Known = []string{
	"chromium", "curl", "docker", "faketime", "git", "peers", "sandbox", "unshare",
}
