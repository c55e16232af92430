package mistakes

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hostproof/hostproof/mockaws/sigv4"
	"github.com/hostproof/hostproof/mockaws/sigv4/internal/canonical"
)

const partKey = "signing key"

func otherSecrets(s *search) (list []mistake) {
	for _, k := range s.known {
		if k.Secret == "" || k.Secret == s.base.secret {
			continue
		}
		list = append(list, mistake{
			part: "secret", clause: "signed with the secret of " + k.Label + ", not with that of " +
				orNone(s.auth.KeyID),
			apply: func(d *draft) { d.secret = k.Secret }, ours: "the secret of " + orNone(s.auth.KeyID),
			theirs: "the secret of " + k.Label,
		})
	}
	return list
}

func secretSpellings(s *search) (list []mistake) {
	secret := s.base.secret
	add := func(theirs, format string, args ...any) {
		what := fmt.Sprintf(format, args...)
		list = append(list, mistake{
			part: "secret", clause: "signed with the secret " + what,
			apply: func(d *draft) { d.secret = theirs }, ours: "the secret", theirs: "the secret " + what,
		})
	}
	for _, x := range []struct{ text, name string }{
		{"\n", "a newline"}, {"\r\n", "CR LF"}, {"\r", "a carriage return"}, {" ", "a space"}, {"\t", "a tab"},
		{`\n`, `a literal "\n"`}, {"\x00", "a zero byte"}, {"=", `a "="`}, {",", "a comma"}, {";", "a semicolon"},
	} {
		add(secret+x.text, "and %s at its end", x.name)
		add(x.text+secret, "and %s in front", x.name)
	}
	add(" "+secret+" ", "and spaces around it")
	add(`"`+secret+`"`, "in double quotes")
	add("'"+secret+"'", "in single quotes")
	add("\ufeff"+secret, "and a byte order mark in front")
	add(strings.TrimSpace(secret), "without the white space around it")
	add(canonical.Decode(secret), "percent-decoded")
	add(url.QueryEscape(secret), "percent-encoded")
	add(strings.ReplaceAll(secret, "+", " "), `with its "+" turned into spaces, as form decoding does`)
	add(strings.ReplaceAll(secret, " ", "+"), `with its spaces turned into "+"`)
	add(strings.ReplaceAll(secret, "/", `\/`), `with its "/" escaped, as some JSON writers do`)
	add(strings.ReplaceAll(secret, `\`, ""), "without its backslashes")
	for _, cut := range []string{"+", "/", "=", "#", "$", " "} {
		if before, _, ok := strings.Cut(secret, cut); ok {
			add(before, "cut off at its first %q", cut)
		}
	}
	if len(secret) > 1 {
		add(secret[:len(secret)-1], "without its last character")
		add(secret[1:], "without its first character")
	}
	add(strings.ToLower(secret), "in lower case")
	add(strings.ToUpper(secret), "in upper case")
	if b, err := base64.StdEncoding.DecodeString(secret); err == nil {
		add(string(b), "decoded from base64")
	}
	add(base64.StdEncoding.EncodeToString([]byte(secret)), "encoded in base64")
	list = append(list,
		mistake{part: "secret", clause: "signed with the access key id in place of the secret", ours: "the secret",
			theirs: "the access key id",
			apply:  func(d *draft) { d.secret = s.auth.KeyID }},
		mistake{part: "secret", clause: "signed with an empty secret", ours: "the secret", theirs: "an empty secret",
			apply: func(d *draft) { d.secret = "" }})
	return list
}

func dateMistakes(s *search) (list []mistake) {
	add := func(date, format string, args ...any) {
		list = append(list, mistake{part: "date", clause: fmt.Sprintf(format, args...),
			apply: func(d *draft) { d.date = date }, alone: true})
	}
	when := s.auth.Date.UTC()
	add(s.auth.DateText, "wrote the date in the string to sign as %q, where AWS wants %q", s.auth.DateText,
		when.Format(canonical.BasicFormat))
	add(when.Format("2006-01-02T15:04:05Z"), "wrote the date in the string to sign in the extended format")
	add(when.Format(http.TimeFormat), "wrote the date in the string to sign as in a Date header")
	add(when.Format(canonical.DayFormat), "wrote only the day in the string to sign")
	if text, ok := s.request.First("date"); ok {
		if t, err := http.ParseTime(text); err == nil {
			add(t.UTC().Format(canonical.BasicFormat), "signed the time of the Date header, where X-Amz-Date counts")
		}
	}
	for n := 1; n <= 10; n++ {
		for _, sign := range []int{-n, n} {
			t := when.Add(time.Duration(sign) * time.Second).Format(canonical.BasicFormat)
			add(t, "took the time twice: the string to sign has %s, X-Amz-Date has %s", t,
				when.Format(canonical.BasicFormat))
		}
	}
	return list
}

// regions are AWS's (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html).
var regions = []string{
	"us-east-1", "us-east-2", "us-west-1", "us-west-2", "eu-central-1", "eu-west-1", "eu-west-2", "eu-west-3",
	"eu-north-1",
	"eu-central-2", "eu-south-1", "eu-south-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1",
	"ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5", "ap-southeast-7", "ap-south-1",
	"ap-south-2",
	"ap-east-1", "ap-east-2", "ca-central-1", "ca-west-1", "sa-east-1", "af-south-1", "me-south-1", "me-central-1",
	"il-central-1", "mx-central-1", "us-gov-east-1", "us-gov-west-1", "cn-north-1", "cn-northwest-1", "aws-global", "",
}

// services are signing names and what is mistaken for them.
var services = []string{
	"bedrock", "bedrock-runtime", "bedrock-agent", "bedrock-agent-runtime", "bedrock-mantle", "s3", "sts", "iam",
	"lambda", "dynamodb", "sqs", "sns",
	"execute-api", "amplify", "secretsmanager", "ssm", "logs", "monitoring", "kinesis", "cloudtrail", "cognito-idp",
	"ses", "es", "aoss",
	"sagemaker", "runtime.sagemaker", "s3express", "",
}

// scopeMistakes are about the credential scope: other than the credential says
// in the signing key only, or in the string to sign as well.
func scopeMistakes(s *search) (list []mistake) {
	if s.auth.Asymmetric() {
		return nil
	}
	a := s.auth
	both := func(what, is, was string, alone bool, set func(*draft, string), scope func(string) string) {
		list = append(list,
			mistake{part: partKey,
				clause: fmt.Sprintf("derived the signing key with the %s %q, where the credential has %q", what, is,
					was), alone: alone,
				apply: func(d *draft) { set(d, is) }, ours: what + " " + was, theirs: what + " " + is},
			mistake{part: partKey, clause: fmt.Sprintf("signed with the %s %q, where the credential has %q", what, is,
				was), alone: alone,
				apply: func(d *draft) { set(d, is); d.scope = scope(is) }, ours: what + " " + was, theirs: what + " " +
					is})
	}
	for i, region := range regions {
		both("region", region, a.Region, i >= 5, func(d *draft, v string) { d.keyRegion = v },
			func(v string) string { return strings.Join([]string{a.ScopeDate, v, a.Service, a.Terminator}, "/") })
	}
	prefix, _, _ := strings.Cut(s.request.Host, ".")
	for i, service := range append([]string{prefix}, services...) {
		both("service", service, a.Service, i > 5, func(d *draft, v string) { d.keyService = v },
			func(v string) string { return strings.Join([]string{a.ScopeDate, a.Region, v, a.Terminator}, "/") })
	}
	for _, days := range []int{-1, 1} {
		both("date", a.Date.AddDate(0, 0, days).Format(canonical.DayFormat), a.ScopeDate, true,
			func(d *draft, v string) { d.keyDate = v },
			func(v string) string { return strings.Join([]string{v, a.Region, a.Service, a.Terminator}, "/") })
	}
	both("date", a.Date.Format(canonical.BasicFormat), a.ScopeDate, true, func(d *draft, v string) { d.keyDate = v },
		func(v string) string { return strings.Join([]string{v, a.Region, a.Service, a.Terminator}, "/") })
	return append(list, derivationMistakes(a)...)
}

// derivationMistakes are about how the signing key is made.
func derivationMistakes(a *sigv4.Authorization) (list []mistake) {
	add := func(clause, theirs string, apply func(*draft)) {
		list = append(list, mistake{part: partKey, clause: clause, apply: apply, ours: "the signing key",
			theirs: theirs})
	}
	add("put the whole credential, with the key id, into the string to sign, where only its scope belongs", "",
		func(d *draft) { d.scope = a.Credential })
	add(`derived the signing key without "AWS4" before the secret`, "a key derived from the bare secret",
		func(d *draft) { d.prefix = "" })
	add(`derived the signing key with "aws4" before the secret, where "AWS4" is wanted`,
		"a key derived with another prefix", func(d *draft) { d.prefix = "aws4" })
	add("derived the signing key from hexadecimal digits, where each step must go on with the bytes",
		"a key derived through hexadecimal digits", func(d *draft) { d.hexKeys = true })
	add("derived the signing key with region and service exchanged", "a key derived in another order",
		func(d *draft) { d.keyRegion, d.keyService = d.keyService, d.keyRegion })
	return list
}

// layoutMistakes are about how the canonical request is put together.
func layoutMistakes(s *search) (list []mistake) {
	add := func(clause string, apply func(*draft)) {
		list = append(list, mistake{part: "layout", clause: clause, apply: apply})
	}
	if s.auth.Listed != "" && s.auth.Listed != s.base.signed {
		add("signed the headers in the order of its SignedHeaders, where they must be sorted",
			func(d *draft) { reorder(d, s.auth.Listed) })
		add("sorted the signed headers, but not the list of their names", func(d *draft) { d.signed = s.auth.Listed })
	}
	add("left out the blank line between the headers and the list of their names", func(d *draft) { d.gap = "" })
	add("put a newline at the end of the canonical request", func(d *draft) { d.end = "\n" })
	add(`joined the names of the signed headers with ","`, func(d *draft) {
		d.signed = strings.ReplaceAll(d.signed, ";",
			",")
	})
	add(`put a space after the colon of each header`, func(d *draft) {
		for i := range d.headers {
			d.headers[i].value = " " + d.headers[i].value
		}
	})
	add("signed the names of the headers with capital letters, where lower case is wanted",
		func(d *draft) { capitalise(d); d.signed = d.names() })
	add("signed the lines of the headers with capital letters, where lower case is wanted", capitalise)
	return list
}

func reorder(d *draft, listed string) {
	var headers []field
	for name := range strings.SplitSeq(listed, ";") {
		if f := d.header(name); f != nil {
			headers = append(headers, *f)
		}
	}
	d.headers, d.signed = headers, listed
}

func capitalise(d *draft) {
	for i := range d.headers {
		d.headers[i].name = http.CanonicalHeaderKey(d.headers[i].name)
	}
}
