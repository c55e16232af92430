package facts

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/ledger"
)

// variableName is how variables are spelled that a program of its own reads.
var variableName = late.MustCompile(`\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b`)

// isMissed is how programs of any language say that something they want is not there.
var isMissed = late.MustCompile(
	`(?i)KeyError|missing|not (set|found|defined|present|specified|provided)|is (required|unset|undefined|empty)|` +
		`must (be set|set|provide)|undefined|unset|required`)

// onlyIf is the part of a sentence that holds under a condition: "Missing credentials in
// config, if using AWS_CONFIG_FILE, set AWS_SDK_LOAD_CONFIG=1" says of neither name that
// it is missed
// (https://github.com/aws/aws-sdk-js/blob/master/lib/config.js, getCredentials).
var onlyIf = late.MustCompile(`(?i)\b(?:if|when|unless|in case)\b[^;\n]*`)

// maxWanted bounds the variables that are named.
const maxWanted = 3

// Wanted says which variables the program's error says are missing, where they are
// missing, and what holds a key in their place. It is empty where the error names none.
func (d *Facts) Wanted() (why, change string) {
	line := onlyIf.ReplaceAllString(d.Result.Headline(), "")
	if !isMissed.MatchString(line) {
		return "", ""
	}
	var names []string
	for _, name := range variableName.FindAllString(line, -1) {
		_, set := d.Env.Lookup(name)
		if !set && !slices.Contains(names, name) && len(names) < maxWanted && !isErrorCode(name) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "", ""
	}
	list := strings.Join(names, ", ")
	why = fmt.Sprintf("It wants %s, which nothing sets here.", list)
	change = fmt.Sprintf("Set %s for the program, or have it read what this host sets", list)
	if keys := Names(d.OwnKeys()); len(keys) > 0 {
		why += fmt.Sprintf(" The project keeps its key in %s.", strings.Join(keys, ", "))
		change = fmt.Sprintf("Use one name in both places: set %s on this host, or have the program read %s", list,
			strings.Join(keys, ", "))
	}
	return why, change
}

// keyOption is how options are spelled that want a key, in any language.
var keyOption = late.MustCompile(`\b(?:aws_?)?(?:access_?key(?:_?id)?|secret_?access_?key|secret_?key|` +
	`accessKey(?:Id)?|` +
	`secretAccessKey|secretKey)\b`)

// namedOption is an option that is called one and whose name says too little by itself.
var namedOption = late.MustCompile(`(?i)\b(?:option|parameter|argument|setting)s?:?\W{1,4}(key|secret)\b`)

// WantedOption is the option with a key that the program's error says is missing; empty
// where it names none.
func (d *Facts) WantedOption() string {
	line := onlyIf.ReplaceAllString(d.Result.Headline(), "")
	if !isMissed.MatchString(line) {
		return ""
	}
	if m := namedOption.FindStringSubmatch(line); m != nil {
		return m[1]
	}
	return keyOption.FindString(line)
}

// isErrorCode reports whether a word in capitals is a code of an error, as Node's are
// (https://nodejs.org/api/errors.html#nodejs-error-codes).
func isErrorCode(name string) bool { return strings.HasPrefix(name, "ERR_") }

// unread is how a program of any language says that it could not read a file: why, and
// the path in the same line.
var unread = late.MustCompile(
	`(?i)(ENOENT|no such file|cannot find the (?:file|path)|not exist|EACCES|permission denied|not readable)`)

// anyPath is a path that stands alone, in quotation marks or behind a colon.
var anyPath = late.MustCompile(`(?:^|[\s'"=(:])((?:/[\w.@+-]+)+)`)

// missedPath says of a file that was not read what the program said of it: that it may
// not read it, or that it looked for it elsewhere.
func (d *Facts) missedPath(row *ledger.Row) (Miss, bool) {
	if row.Asked.Count > 0 {
		return Miss{}, false
	}
	for _, f := range d.Result.Files {
		if !slices.Contains(row.Offer.Files, f.Declared) || f.Count > 0 {
			continue
		}
		said, refused := d.saidUnread(f.Path)
		switch {
		case said == "":
			continue
		case said == f.Path && refused:
			return Miss{
				Row: row,
				Why: fmt.Sprintf("This host has %s; the program said that it may not read %s.", d.place(row), said),
				Change: fmt.Sprintf("Let the user that the program runs as read %s (its owner, its mode; in "+
					"Kubernetes securityContext.fsGroup)", said),
			}, true
		case said != f.Path:
			return Miss{
				Row: row, Confidence: "L",
				Why: fmt.Sprintf("This host has %s, at %s; the program looked for it at %s, where it is not.",
					d.place(row), f.Path, said),
				Change: fmt.Sprintf("Have the program take the path from %s, or set the one that it reads to %s",
					cmp.Or(strings.Join(row.Offer.Variables, ", "), "where this host has it"), f.Path),
			}, true
		}
	}
	return Miss{}, false
}

// saidUnread is the path that the program said it could not read, if that is a file of
// the host, or one of its name or in its folder.
func (d *Facts) saidUnread(file string) (said string, refused bool) {
	for _, s := range d.Sayings() {
		for line := range strings.SplitSeq(s.Text, "\n") {
			how := unread.FindString(line)
			if how == "" {
				continue
			}
			for _, m := range anyPath.FindAllStringSubmatch(line, -1) {
				p := m[1]
				if p == file || path.Base(p) == path.Base(file) || path.Dir(p) == path.Dir(file) {
					how = strings.ToUpper(how)
					return p, how == "EACCES" || how == "PERMISSION DENIED" || how == "NOT READABLE"
				}
			}
		}
	}
	return "", false
}

// GivesNothing reports whether the host hands out no credentials to programs: nothing of
// its own, or nothing that is meant for them.
func (d *Facts) GivesNothing() bool {
	for i := range d.Rows {
		o := &d.Rows[i].Offer
		if o.Kind != "" && !o.User && !o.Platform && !o.Ended {
			return false
		}
	}
	return len(d.RequestHeaders) == 0
}
