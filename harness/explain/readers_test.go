package explain

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// inLine is a message as one line: method, URL, headers in order, body.
func inLine(m *message) string {
	var b strings.Builder
	b.WriteString(m.method + " " + m.url.String())
	for _, name := range slices.Sorted(maps.Keys(m.header)) {
		b.WriteString(" " + name + ":" + strings.Join(m.header[name], ","))
	}
	if len(m.body) > 0 {
		b.WriteString(" | " + string(m.body))
	}
	if !m.hasBody {
		b.WriteString(" (body unknown)")
	}
	return b.String()
}

// TestCurlCommands: what curl would send, option by option
// (https://curl.se/docs/manpage.html).
func TestCurlCommands(t *testing.T) {
	const form = " Content-Type:application/x-www-form-urlencoded"
	for command, want := range map[string]string{
		"curl https://h/p": "GET https://h/p",
		"$ curl h/p":       "GET http://h/p",
		"% curl h":         "GET http://h", "# curl h": "GET http://h", "> curl h": "GET http://h",
		"curl.exe h":    "GET http://h",
		"curl --url h":  "GET http://h",
		"curl h other":  "GET http://h",
		"curl -X PUT h": "PUT http://h", "curl -XPUT h": "PUT http://h", "curl --request PUT h": "PUT http://h",
		"curl -H 'A: b' -H \"C:d\" h":                        "GET http://h A:b C:d",
		"curl --header 'A: b' h":                             "GET http://h A:b",
		"curl -H 'Empty;' -H 'ignored' -H ':authority: x' h": "GET http://h Empty:",
		"curl -d a=1 -d b=2 h":                               "POST http://h" + form + " | a=1&b=2",
		"curl --data a=1 h":                                  "POST http://h" + form + " | a=1",
		"curl --data-ascii a=1 h":                            "POST http://h" + form + " | a=1",
		"curl --data-raw @a h":                               "POST http://h" + form + " | @a",
		"curl --data-binary a=1 h":                           "POST http://h" + form + " | a=1",
		"curl -d @file h":                                    "POST http://h (body unknown)",
		"curl --data-urlencode 'a b' h":                      "POST http://h" + form + " | a+b",
		"curl --data-urlencode '=a b' h":                     "POST http://h" + form + " | a+b",
		"curl --data-urlencode 'n=a b' h":                    "POST http://h" + form + " | n=a+b",
		"curl --json '{}' h": "POST http://h Accept:application/json " +
			"Content-Type:application/json | {}",
		"curl -d x -H 'Content-Type: t' h": "POST http://h Content-Type:t | x",
		"curl -G -d a=1 h":                 "GET http://h?a=1",
		"curl --get -d a=1 'h?b=2'":        "GET http://h?b=2&a=1",
		"curl -I h":                        "HEAD http://h", "curl --head h": "HEAD http://h",
		"curl -A agent h":           "GET http://h User-Agent:agent",
		"curl --user-agent agent h": "GET http://h User-Agent:agent",
		"curl -b c=1 h":             "GET http://h Cookie:c=1", "curl --cookie c=1 h": "GET http://h Cookie:c=1",
		"curl --oauth2-bearer tok h":               "GET http://h Authorization:Bearer tok",
		"curl -F a=b h":                            "POST http://h (body unknown)",
		"curl --form a=b h":                        "POST http://h (body unknown)",
		"curl -sSL -o out --max-time 5 -x proxy h": "GET http://h",
		"curl -sSXPOST h":                          "POST http://h", "curl -sXPOST -d '' h": "POST http://h" + form,
		"curl -so out h": "GET http://h", "curl -oout h": "GET http://h",
		"curl --unknown h":                         "GET http://h",
		"curl -H \"A: $TOKEN\" h":                  "GET http://h A:$TOKEN",
		"curl -H ^\"A: b^\" h":                     "GET http://h A:b",
		"curl --compressed \\\n  -H 'A: b' \\\n h": "GET http://h A:b",
		"curl --aws-sigv4 aws:amz:eu-west-1:s3 -u K:S https://h.amazonaws.com": "GET https://h.amazonaws.com " +
			"User-Agent:curl/",
		"curl --aws-sigv4 aws:amz -A x https://h.amazonaws.com": "GET https://h.amazonaws.com User-Agent:x",
	} {
		if !looksLikeCurl([]byte(command)) {
			t.Errorf("%s: does not look like curl", command)
		}
		list, err := readCurl([]byte(command))
		if err != nil || len(list) != 1 || inLine(list[0]) != want {
			got := ""
			if len(list) == 1 {
				got = inLine(list[0])
			}
			t.Errorf("%s: got %q, %v, want %q", command, got, err, want)
		}
	}
	for command, want := range map[string]string{
		"curl": "no URL", "curl -X": "-X has no value", "curl -d $(cat x) h": "$(...)", "curl -d <(x) h": "<(...)",
		"curl -d $((1+1)) h": "$((...))", "curl -d ${A:-b} h": "${...}", "curl 'h": "a shell cannot read it",
		"curl http://[x": "its URL cannot be read", "echo x": "no curl command", "curl -d ${#A} h": "${...}",
		"curl -d ${A/b/c} h": "${...}", "curl -d ${A:1} h": "${...}", "curl -d ${!A} h": "${...}",
		"curl -d ${A[1]} h": "${...}",
	} {
		if _, err := readCurl([]byte(command)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", command, err, want)
		}
	}
	for input, want := range map[string]bool{"text\ncurl h": false, "GET / HTTP/1.1\ncurl: x": false,
		"  curl h": true} {
		if got := looksLikeCurl([]byte(input)); got != want {
			t.Errorf("%q looks like curl: %t", input, got)
		}
	}
}

// TestWhatCurlSignsWith: what --aws-sigv4 leaves out comes from the hostname.
func TestWhatCurlSignsWith(t *testing.T) {
	for text, want := range map[string]signing{
		"aws:amz:eu-west-1:s3": {provider: "aws", region: "eu-west-1", service: "s3", keyID: "K"},
		"aws:amz:eu-west-1":    {provider: "aws", region: "eu-west-1", service: "sqs", keyID: "K"},
		"aws:amz":              {provider: "aws", region: "us-east-1", service: "sqs", keyID: "K"},
		"osc":                  {provider: "osc", region: "us-east-1", service: "sqs", keyID: "K"},
	} {
		if got := signingOf(text, "K:S", "sqs.us-east-1.amazonaws.com"); *got != want {
			t.Errorf("%s: got %+v, want %+v", text, *got, want)
		}
	}
	list, err := readCurl([]byte("curl --aws-sigv4 aws:amz -u K:S https://sqs.us-east-1.amazonaws.com"))
	if err != nil || list[0].secret != "S" || list[0].signing == nil || list[0].signing.keyID != "K" {
		t.Errorf("got %+v, %v", list, err)
	}
}

// TestPrintedPython: strings and dicts as Python prints them
// (https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences).
func TestPrintedPython(t *testing.T) {
	for text, want := range map[string]string{
		`'a' rest`: "a", `"it's"`: "it's", `b'x'`: "x", `'a\nb\tc\rd'`: "a\nb\tc\rd", `'\x41\u00e9\\\''`: "Aé\\'",
		`'\xZZ'`:   "xZZ",
		`'\uZZZZ'`: "uZZZZ", `'\x4'`: "x4", `'\u00e'`: "u00e", `''`: "", `b"\xff"`: "\xff",
	} {
		got, _, ok := pythonString(text)
		if !ok || got != want {
			t.Errorf("%s: got %q, %t, want %q", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "x", "b", "'open", `'open\`} {
		if _, _, ok := pythonString(text); ok {
			t.Errorf("%q is taken for a string", text)
		}
	}
	got := pythonDict(`{'A': 'b', "C": b'd', 'N': None, 'E': 'f, g'}`)
	if want := map[string]string{"A": "b", "C": "d", "N": "", "E": "f, g"}; !maps.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestDebugLogOfBotocore: requests in order, each with what was signed and answered.
func TestDebugLogOfBotocore(t *testing.T) {
	data, err := os.ReadFile("testdata/readers/botocore.log")
	if err != nil {
		t.Fatal(err)
	}
	log := string(data)
	if !looksLikeBotocore([]byte(log)) || !looksLikeBotocore([]byte("botocore.auth")) ||
		looksLikeBotocore([]byte("boto3")) {
		t.Error("a log of botocore is not recognised, or something else is")
	}
	list, err := readBotocore([]byte(log))
	if err != nil || len(list) != 2 {
		t.Fatalf("%d requests, %v", len(list), err)
	}
	first, second := list[0], list[1]
	if inLine(first) != "GET https://s3.amazonaws.com/ User-Agent:Boto3/1 X-Amz-Date:20260125T100000Z" ||
		first.at != "line 5" ||
		first.canonical != "GET\n/" || first.operation != "ListBuckets" || first.status != 403 ||
		string(first.responseBody) != "<Error>\n" ||
		first.responseHeader.Get("Date") != "Sun, 25 Jan 2026 10:00:01 GMT" {
		t.Errorf("got %+v", first)
	}
	if inLine(second) != "PUT https://b.s3.amazonaws.com/k (body unknown)" || second.operation != "PutObject" ||
		second.canonical != "" ||
		second.status != 0 {
		t.Errorf("got %+v", second)
	}
	if _, err := readBotocore([]byte("botocore.auth")); err == nil {
		t.Error("a log without a request is taken")
	}
	if when, ok := amzDate("20260125T100000Z"); !ok || !when.Equal(time.Date(2026, 1, 25, 10, 0, 0, 0, time.UTC)) {
		t.Errorf("got %v, %t", when, ok)
	}
	if _, ok := amzDate("2026-01-25"); ok {
		t.Error("another date is taken")
	}
}
