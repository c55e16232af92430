package attack

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/harness/need"
)

// leaked are secrets as a project has them, by the variables or places that they are in.
var leaked = map[string]string{
	"STRIPE_KEY":    "sk_live_51HabcdefghijklmnopQRST",
	"DATABASE_URL":  "postgres://app:Pg-Passw0rd-99@db.example/x",
	"SOME_THING":    "Zm9vYmFyYmF6cXV4MTIz/Qx+88",
	"AN_OIDC_TOKEN": "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJtZSJ9.c2lnbmF0dXJl",
}

// shownAs are the forms in which nothing may show one: the password alone of an address.
func shownAs(secret string) []string {
	if u, err := url.Parse(secret); err == nil && u.User != nil {
		secret, _ = u.User.Password()
	}
	return []string{secret, url.QueryEscape(secret), url.PathEscape(secret)}
}

// TestSecretsOfARun has a program send and print its secrets, and reads every report.
func TestSecretsOfARun(t *testing.T) {
	s := part(t, "secrets of a run")
	script := `const h = {"x-my-auth": process.env.STRIPE_KEY, "x-innocent": process.env.SOME_THING,
		"user-agent":
			"me/" + process.env.SOME_THING, "x-amz-server-side-encryption-customer-key": process.env.SOME_THING};
		const u = (process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL) + "/bucket/" +
		encodeURIComponent(process.env.SOME_THING) + "?password=" + encodeURIComponent(process.env.STRIPE_KEY) +
		"&x=" + process.env.AN_OIDC_TOKEN;
		fetch(u, {headers: h}).then(async r => { console.error("Error: refused with", process.env.STRIPE_KEY,
		process.env.DATABASE_URL,
		process.env.SOME_THING, process.env.AN_OIDC_TOKEN); process.exit(1) })`
	node, err := exec.LookPath("node")
	if err != nil {
		need.Missing(t, "node", err)
	}
	for _, form := range [][]string{nil, {"--json"}} {
		args := append([]string{"run", "--host", "vercel", "--isolation", "endpoint"}, form...)
		for name, value := range leaked {
			args = append(args, "--set", name+"="+value)
		}
		cmd := exec.Command(command(t, "hostproof"), append(append(args, "--"), node, "-e", script)...)
		cmd.Dir, cmd.Env = t.TempDir(), []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
		cmd.Stderr = nil // what the program itself prints goes there as it is
		out, _ := cmd.Output()
		report := string(out)
		if !strings.Contains(report, "x-my-auth") && !strings.Contains(report, "bucket") {
			t.Fatalf("there is no report of the call: %s", report)
		}
		for name, secret := range leaked {
			tryShown(t, s, name+" in "+strings.Join(append([]string{"the report"}, form...), " "), report, secret)
		}
	}
}

func tryShown(t *testing.T, s *score, name, text, secret string) {
	t.Helper()
	broke := ""
	for _, form := range shownAs(secret) {
		if strings.Contains(text, form) {
			broke = "shown as " + form + ":\n" + text
		}
	}
	s.try(t, name, broke)
}

// TestSecretsOfExplain gives explain requests and messages with secrets.
func TestSecretsOfExplain(t *testing.T) {
	s := part(t, "secrets in explain")
	const scope = "AKIAREALREALREALREAL/20260101/us-east-1/s3/aws4_request"
	for where, text := range map[string]string{
		"a header of S3's own keys": "X-Amz-Server-Side-Encryption-Customer-Key: {}",
		"an api key":                "X-Api-Key: {}",
		"an innocent header":        "X-Innocent: {}",
		"a cookie":                  "Cookie: session={}",
		"a bearer":                  "Authorization: Bearer {}",
		"the place of the key id": "Authorization: AWS4-HMAC-SHA256 " +
			"Credential={}/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=00",
		"a signed header": "Authorization: AWS4-HMAC-SHA256 Credential=" + scope +
			", SignedHeaders=host;{}, Signature=00",
		"a token":              "X-Amz-Security-Token: {}",
		"a referer's password": "Referer: https://me:{}@example.com/",
	} {
		const secret = "wJalrXUtnFEMIxK7MDENGxbPxRfiCYzREALKEY12"
		input := "PUT /k?password=" + secret + " HTTP/1.1\nHost: bkt.s3.amazonaws.com\nX-Amz-Date: 20260101T000000Z\n" +
			strings.ReplaceAll(text, "{}", secret) + "\n\n"
		file := filepath.Join(t.TempDir(), "input")
		if err := os.WriteFile(file, []byte(input), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, form := range []string{"", "--json"} {
			args := []string{"explain", file}
			if form != "" {
				args = []string{"explain", form, file}
			}
			out, _ := exec.Command(command(t, "hostproof"), args...).CombinedOutput() // a finding is a status of 1
			if !strings.Contains(string(out), "s3") {
				t.Fatalf("it explains nothing: %s", out)
			}
			tryShown(t, s, where+" "+form, string(out), secret)
		}
	}
}

// TestBadInput: every command line is an error of one line, and no panic.
func TestBadInput(t *testing.T) {
	s := part(t, "bad input")
	for _, args := range [][]string{
		{"run", "--host", "nope", "--", "true"}, {"run", "--host", "vercel", "--set", "=x", "--", "true"},
		{"run", "--host", "vercel", "--key-as", "X,X", "--", "true"}, {"run", "--host", "vercel", "--bucket", "A_B!",
			"--", "true"},
		{"run", "--host", "vercel", "--timeout", "0s", "--", "true"}, {"run", "--host", "vercel", "--timeout", "-1s",
			"--", "true"},
		{"run", "--host", "vercel", "--role-allow", "nope=s3:*", "--", "true"}, {"run", "--host", "vercel", "--",
			"/tmp"},
		{"run", "--host", "vercel", "--isolation", "wall", "--", "true"}, {"run", "--host", "vercel", "--write",
			"/none", "--", "true"},
		{"run", "--host", "vercel", "--read", "/none", "--", "true"}, {"run", "--host", "vercel", "--pass", "x:y", "--",
			"true"},
		{"run", "--host", "vercel"}, {"explain", "/none"}, {"matrix", "--require", "nope"},
		{"matrix", "--hosts", "nope"},
		{"replay", "/none"}, {"nope"}, {},
		{"run", "--host", "vercel", "--key-as", ",", "--", "true"},
		{"run", "--host", "vercel", "--unset", "NOPE", "--", "true"},
		{"run", "--host", "vercel", "--region", "no where", "--", "true"},
		{"run", "--host", "vercel", "--account", "1", "--", "true"},
		{"run", "--host", "vercel", "--max-memory", "1", "--", "true"},
		{"run", "--host", "vercel", "--max-processes", "-1", "--", "true"},
		{"run", "--host", "vercel", "--token-size", "-4", "--", "true"},
		{"run", "--host", "vercel", "--fault", "x", "--", "true"},
		{"run", "--host", "vercel", "--lifetime", "x=1m", "--", "true"},
		{"run", "--host", "vercel", "--user", "{", "--", "true"},
		{"run", "--host", "vercel", "--seed", "/none", "--", "true"},
		{"run", "--host", "vercel", "--seed", "{a: [", "--", "true"},
		{"run", "--host", "vercel", "--terminal", "--image", "x"},
		{"run", "--host", "vercel", "--isolation", "endpoint", "--terminal", "--", "true"},
		{"run", "--host", "vercel", "--port", "70000", "--", "true"},
		{"run", "--host", "vercel", "--get", "/", "--", "true"},
		{"run", "--host-file", "/dev/null", "--", "true"},
		{"run", "--host-file", "/etc", "--", "true"},
		{"run", "--host", "../vercel", "--", "true"},
		{"show", "nope"},
		{"serve", "--host", "nope"},
		{"matrix", "--subjects", "nope"},
		{"matrix", "--shard", "0/0"},
		{"matrix", "--parallel", "-1"},
		{"matrix", "--out", "/proc/none", "--hosts", "vercel"},
		{"merge", "/none"},
		{"merge", "/dev/null"},
		{"probe", "http://127.0.0.1:1"},
		{"capture", "--from", "/none"},
		{"case", "/none"},
	} {
		cmd := exec.Command(command(t, "hostproof"), args...)
		cmd.Dir, cmd.Env = t.TempDir(), []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir()}
		out, err := cmd.CombinedOutput()
		broke := ""
		if err == nil || strings.Contains(string(out), "goroutine ") || len(out) == 0 {
			broke = string(out)
		}
		s.try(t, strings.Join(args, " "), broke)
	}
}
