package explain

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/late"
	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/syntax"
)

var (
	curlCommand = late.MustCompile(`(?m)^\s*(?:[$%#>] )?curl(?:\.exe)?\s`)
	prompt      = late.MustCompile(`(?m)^\s*[$%#>] (curl)`)
)

func looksLikeCurl(input []byte) bool {
	at := curlCommand.FindIndex(input)
	return at != nil && at[0] == 0 && !requestLine.Match(input)
}

// readCurl reads the first curl command of a text.
func readCurl(input []byte) ([]*message, error) {
	words, err := curlWords(string(prompt.ReplaceAll(input, []byte("$1"))))
	if err != nil {
		return nil, err
	}
	c := &curl{header: http.Header{}}
	for rest := words[1:]; len(rest) > 0; {
		used, err := c.option(rest)
		if err != nil {
			return nil, err
		}
		rest = rest[used:]
	}
	m, err := c.message()
	if err != nil {
		return nil, err
	}
	return []*message{m}, nil
}

// curlWords splits a command as a shell does. Variables stay as they are
// written, and nothing is run.
func curlWords(text string) ([]string, error) {
	if strings.Contains(text, `^"`) || strings.Contains(text, "^\n") { // copied for cmd.exe
		text = cmdEscapes.ReplaceAllString(text, "$1")
	}
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil {
		return nil, fmt.Errorf("a shell cannot read it: %w", err)
	}
	var call *syntax.CallExpr
	syntax.Walk(file, func(n syntax.Node) bool {
		if c, ok := n.(*syntax.CallExpr); ok && call == nil && len(c.Args) > 0 && strings.HasPrefix(c.Args[0].Lit(),
			"curl") {
			call = c
		}
		return call == nil
	})
	if call == nil {
		return nil, errors.New("it has no curl command")
	}
	if name, bad := unsafe(call); bad {
		return nil, fmt.Errorf("it runs something inside (%s): put the result in its place", name)
	}
	asWritten := func(name string) string { return "$" + name }
	words := make([]string, len(call.Args))
	for i, arg := range call.Args { // no field splitting, no braces: one argument each
		if words[i], err = expand.Literal(&expand.Config{Env: expand.FuncEnviron(asWritten)}, arg); err != nil {
			return nil, err
		}
	}
	return words, nil
}

// cmdEscapes are the carets of cmd.exe.
var cmdEscapes = late.MustCompile(`\^([^^]|\^|\n)`)

// unsafe finds what a shell would have to compute.
func unsafe(call *syntax.CallExpr) (name string, found bool) {
	syntax.Walk(call, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst:
			name, found = "$(...)", true
		case *syntax.ProcSubst:
			name, found = "<(...)", true
		case *syntax.ArithmExp:
			name, found = "$((...))", true
		case *syntax.ParamExp:
			if n.Exp != nil || n.Repl != nil || n.Slice != nil || n.Index != nil || n.Length || n.Excl {
				name, found = "${...}", true
			}
		}
		return !found
	})
	return name, found
}

// curl is what a command line says.
type curl struct {
	url, method, user, sigv4, agent string
	header                          http.Header
	data                            []string
	fromFile, get, head, form       bool
}

// curlOptions are the options that make a difference; each takes a value.
// https://curl.se/docs/manpage.html
var curlOptions = map[string]func(*curl, string) error{
	"-X": func(c *curl, v string) error { c.method = v; return nil },
	"-H": (*curl).setHeader,
	"-d": (*curl).addData, "--data-raw": (*curl).addRaw, "--data-binary": (*curl).addData,
	"--data-urlencode": (*curl).addEncoded,
	"--json": func(c *curl, v string) error {
		c.header.Set("Content-Type", "application/json")
		c.header.Set("Accept", "application/json")
		return c.addData(v)
	},
	"-u":          func(c *curl, v string) error { c.user = v; return nil },
	"--aws-sigv4": func(c *curl, v string) error { c.sigv4 = v; return nil },
	"-A":          func(c *curl, v string) error { c.agent = v; return nil },
	"--url":       func(c *curl, v string) error { c.url = v; return nil },
	"-b":          func(c *curl, v string) error { c.header.Set("Cookie", v); return nil },
	"--oauth2-bearer": func(c *curl, v string) error {
		c.header.Set("Authorization", "Bearer "+v)
		return nil
	},
	"-F": func(c *curl, _ string) error { c.form = true; return nil },
}

var curlLong = map[string]string{
	"--request": "-X", "--header": "-H", "--data": "-d", "--data-ascii": "-d", "--user": "-u", "--user-agent": "-A",
	"--cookie": "-b", "--form": "-F",
}

// curlFlags take no value; those that make a difference have a function.
var curlFlags = map[string]func(*curl){
	"-G": func(c *curl) { c.get = true }, "--get": func(c *curl) { c.get = true },
	"-I": func(c *curl) { c.head = true }, "--head": func(c *curl) { c.head = true },
}

// curlValues are options without influence on the request that take a value.
var curlValues = strings.Fields(`-o --output -w --write-out -m --max-time --connect-timeout -x --proxy --cacert
	--capath -E --cert --key --resolve --connect-to --retry --retry-delay --retry-max-time -c --cookie-jar -D
	--dump-header -e --referer --interface --limit-rate -r --range -T --upload-file -U --proxy-user -y -Y -z -C
	--ciphers --tls-max --trace --trace-ascii --stderr -K --config --unix-socket --max-redirs --expect100-timeout`)

// option reads the next option and says how many words it took.
func (c *curl) option(words []string) (used int, err error) {
	word := words[0]
	switch {
	case word == "-" || !strings.HasPrefix(word, "-"):
		if c.url == "" {
			c.url = word
		}
		return 1, nil
	case !strings.HasPrefix(word, "--") && len(word) > 2:
		return c.short(words)
	}
	name := word
	if short := curlLong[word]; short != "" {
		name = short
	}
	set, takes := curlOptions[name]
	switch {
	case takes && len(words) < 2:
		return 0, fmt.Errorf("%s has no value", word)
	case takes:
		return 2, set(c, words[1])
	case curlFlags[word] != nil:
		curlFlags[word](c)
		return 1, nil
	}
	for _, v := range curlValues {
		if v == word {
			return min(2, len(words)), nil
		}
	}
	return 1, nil
}

// short reads short options in one word: -XPOST, -sSd.
func (c *curl) short(words []string) (used int, err error) {
	for i := 1; i < len(words[0]); i++ {
		name, rest := "-"+words[0][i:i+1], words[0][i+1:]
		_, takes := curlOptions[name]
		if !takes && !contains(curlValues, name) {
			if _, err := c.option([]string{name}); err != nil {
				return 0, err
			}
			continue
		}
		if rest != "" {
			_, err = c.option([]string{name, rest})
			return 1, err
		}
		used, err = c.option(append([]string{name}, words[1:]...))
		return used, err
	}
	return 1, nil
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func (c *curl) setHeader(line string) error {
	if strings.HasPrefix(line, ":") {
		return nil // a pseudo-header of HTTP/2, as browsers copy them
	}
	name, value, ok := strings.Cut(line, ":")
	if !ok {
		if name, ok = strings.CutSuffix(line, ";"); !ok {
			return nil // curl ignores it, too
		}
	}
	c.header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
	return nil
}

func (c *curl) addData(v string) error {
	if strings.HasPrefix(v, "@") {
		c.fromFile = true
		return nil
	}
	return c.addRaw(v)
}

func (c *curl) addRaw(v string) error {
	c.data = append(c.data, v)
	return nil
}

func (c *curl) addEncoded(v string) error {
	name, value, ok := strings.Cut(v, "=")
	switch {
	case !ok:
		v = url.QueryEscape(v)
	case name == "":
		v = url.QueryEscape(value)
	default:
		v = name + "=" + url.QueryEscape(value)
	}
	return c.addRaw(v)
}

func (c *curl) message() (*message, error) {
	if c.url == "" {
		return nil, errors.New("it has no URL")
	}
	if !strings.Contains(c.url, "://") {
		c.url = "http://" + c.url // as curl guesses
	}
	body := strings.Join(c.data, "&")
	if c.get && body != "" {
		sep := "?"
		if strings.Contains(c.url, "?") {
			sep = "&"
		}
		c.url, body = c.url+sep+body, ""
	}
	if _, err := url.Parse(c.url); err != nil {
		return nil, errors.New("its URL cannot be read")
	}
	m := newMessage("", c.verb(), c.url)
	m.header, m.body, m.hasBody = c.header, []byte(body), !c.fromFile && !c.form
	if c.agent != "" {
		m.header.Set("User-Agent", c.agent)
	} else if m.header.Get("User-Agent") == "" && c.sigv4 != "" {
		m.header.Set("User-Agent", "curl/")
	}
	if len(c.data) > 0 && !c.get && m.header.Get("Content-Type") == "" {
		m.header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if c.sigv4 != "" {
		m.signing = signingOf(c.sigv4, c.user, m.url.Hostname())
		_, m.secret, _ = strings.Cut(c.user, ":")
	}
	return m, nil
}

func (c *curl) verb() string {
	switch {
	case c.method != "":
		return c.method
	case c.head:
		return http.MethodHead
	case c.get || len(c.data) == 0 && !c.fromFile && !c.form:
		return http.MethodGet
	}
	return http.MethodPost
}

// signingOf reads --aws-sigv4 "provider1[:provider2[:region[:service]]]"; what
// is left out comes from the hostname, service.region.domain
// (https://curl.se/docs/manpage.html#--aws-sigv4).
func signingOf(text, user, host string) *signing {
	parts := append(strings.Split(text, ":"), "", "", "", "")
	labels := append(strings.Split(host, "."), "", "")
	s := &signing{provider: parts[0], region: parts[2], service: parts[3]}
	if s.service == "" {
		s.service = labels[0]
	}
	if s.region == "" {
		s.region = labels[1]
	}
	s.keyID, _, _ = strings.Cut(user, ":")
	return s
}
