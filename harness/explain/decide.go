package explain

import (
	"cmp"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/internal/prose"
	"github.com/hostproof/hostproof/harness/ledger"
)

// decision is something else in a text that decides between the causes that an error
// leaves open: a piece of configuration, or a sentence about what works.
type decision struct {
	kinds []ledger.Kind
	// tell gives what the text says, with what it quotes filled in.
	tell func(text string) (nearby, bool)
}

// decisions are what is read by code, in this order, before what is data.
var decisions = []decision{
	{[]ledger.Kind{"github-credentials", "no-credentials", "no-role-at-host"}, noIDToken},
	{[]ledger.Kind{"no-credentials", "no-role-at-host", "no-answer", "not-allowed", "anonymous", "config-broken"},
		noSection},
	{[]ledger.Kind{"no-credentials", "no-role-at-host", "no-answer", "file-unreadable", "profile-missing"},
		otherKeyOfSecret},
	{[]ledger.Kind{"profile-missing", "no-credentials", "no-role-at-host"}, otherHead},
	{[]ledger.Kind{"no-credentials", "no-role-at-host", "profile-missing", "token-invalid", "expired-credentials",
		"not-known"}, otherVariable},
	{[]ledger.Kind{"no-credentials", "no-role-at-host", "profile-missing", "token-invalid", "expired-credentials",
		"not-known", "not-allowed", "key-unknown", "anonymous", "no-reason-in-head"}, nearlySame},
	{[]ledger.Kind{"malformed-signature", "wrong-region", "wrong-signature"}, foreignRegion},
	{[]ledger.Kind{"not-known", "no-answer", "name-not-found"}, misspeltRegion},
}

// dataDecisions are those that expressions tell.
var dataDecisions = sync.OnceValue(func() (out []decision) {
	for _, d := range knownWords().Decides {
		for _, n := range notesOf(d.Near) {
			out = append(out, decision{d.Kinds, n.told})
		}
	}
	return out
})

// told is the note with the groups of its expression filled in.
func (n note) told(text string) (nearby, bool) {
	if !n.fits(text) {
		return nearby{}, false
	}
	var groups []string
	if n.shows != nil {
		groups = n.shows.FindStringSubmatch(text)
	}
	out := n.nearby
	out.What, out.Why, out.Change = filled(out.What, groups), filled(out.Why, groups), filled(out.Change, groups)
	return out, true
}

// decidedFor is the finding with what decides it, if the text has something that does.
func decidedFor(text string, f ledger.Finding) ledger.Finding {
	for _, d := range slices.Concat(decisions, dataDecisions()) {
		if !slices.Contains(d.kinds, f.Kind) {
			continue
		}
		if n, ok := d.tell(text); ok {
			return n.decides(f)
		}
	}
	return f
}

// decides puts the note before what the finding says, or in its place. What else stands in
// a text makes a cause likely, and does not show it.
func (n nearby) decides(f ledger.Finding) ledger.Finding {
	if f.Confidence == "V" {
		f.Confidence = "L"
	}
	f.What, f.Source = cmp.Or(n.What, f.What), cmp.Or(n.Source, f.Source)
	if n.Instead {
		f.Why, f.Change = cmp.Or(n.Why, f.Why), prose.Sentence(cmp.Or(n.Change, f.Change))
		return f
	}
	f.Why = strings.TrimSpace(n.Why + " " + f.Why)
	if n.Change != "" {
		f.Change = prose.Sentence(n.Change) + " " + f.Change
	}
	return f
}

var (
	// roleInput is the input of configure-aws-credentials that wants a token.
	roleInput = late.MustCompile(`(?m)^[\s-]*["']?role-to-assume["']?:[ \t]*\S`)
	// idToken is the permission for a token, with a word that may stand for it.
	idToken = late.MustCompile(`id-token["']?\s*:|permissions:\s*write-all`)
	// wholeJobs is the part of a workflow in which the permissions of its jobs stand.
	wholeJobs = late.MustCompile(`(?m)^\s*jobs:\s*$`)
	// keyInput is the input of configure-aws-credentials with a key.
	keyInput = late.MustCompile(`(?m)^[\s-]*["']?aws-access-key-id["']?:[ \t]*\S`)
)

const docToken = "https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/" +
	"oidc-in-aws"

// noIDToken tells of a workflow that wants a role and has no permission for a token.
func noIDToken(text string) (nearby, bool) {
	if !roleInput.MatchString(text) || idToken.MatchString(text) || keyInput.MatchString(text) {
		return nearby{}, false
	}
	why := "The piece of the workflow in the text has role-to-assume and shows no permission id-token: write. " +
		"Without it GitHub gives the job no token, and the action looks for keys instead."
	if wholeJobs.MatchString(text) {
		why = "The workflow in the text has role-to-assume and no permission id-token: write. Without it GitHub " +
			"gives the job no token, and the action looks for keys instead."
	}
	return nearby{Instead: true, Source: docToken,
		What: "The action that configures AWS credentials got no identity token for the role, so no request " +
			"reached AWS.",
		Why: why + " The role and its trust policy were not asked.",
		Change: "add permissions: with id-token: write and contents: read to the job (or to the job that calls a " +
			"reusable workflow); a run from a fork's pull request never gets a token"}, true
}

var (
	// keyLine is a line of a credentials file, and sectionLine the head of a section.
	keyLine     = late.MustCompile(`^\s*aws_(?:access_key_id|secret_access_key)\s*=\s*\S`)
	sectionLine = late.MustCompile(`^\s*\[[^\]\s][^\]]*\]\s*$`)
	settingLine = late.MustCompile(`^\s*[a-z_]+\s*=`)
)

// noSection tells of lines of a credentials file that stand under no section.
func noSection(text string) (nearby, bool) {
	lines := strings.Split(text, "\n")
	at := slices.IndexFunc(lines, keyLine.MatchString)
	if at < 0 || slices.ContainsFunc(lines, sectionLine.MatchString) {
		return nearby{}, false
	}
	for at > 0 && settingLine.MatchString(lines[at-1]) {
		at--
	}
	if at == 0 || !fileBefore.MatchString(lines[at-1]) {
		return nearby{}, false
	}
	return nearby{Instead: true, Source: docProfiles,
		What: "The credentials file in the text has its keys under no section, so SDKs read none of them.",
		Why: "A line of keys belongs to the section above it, [default] or [NAME]; lines before the first section " +
			"are passed over or make the file unreadable. A client of S3 that finds no keys then calls without a " +
			"signature, and is answered Access Denied. Keys and policies were not judged.",
		Change: "write [default] as the first line of that content (or the name of the profile that the program " +
			"uses), and start the program anew"}, true
}

// fileBefore is a line after which the content of a file follows.
var fileBefore = late.MustCompile(`[|>]-?\s*$|(?i)credentials|\.aws|\bcat\b|<<`)

var (
	// fromFile is a file that becomes a key of a Secret, under its own name.
	fromFile = late.MustCompile(`--from-file[= ]\s*["']?([\w./~-]+)["']?(?:\s|\\|$)`)
	// credentialsAt is the file that a container is told to read.
	credentialsAt = late.MustCompile(
		`\bAWS_(?:SHARED_CREDENTIALS|CONFIG)_FILE["']?\s*(?:[:=]|\n\s*value:)\s*["']?(/[\w./-]+)`)
)

const docSecrets = "https://kubernetes.io/docs/concepts/configuration/secret/"

// otherKeyOfSecret tells of a Secret whose key is another name than that of the file which
// a container is told to read.
func otherKeyOfSecret(text string) (nearby, bool) {
	from, at := fromFile.FindStringSubmatch(text), credentialsAt.FindStringSubmatch(text)
	if from == nil || at == nil {
		return nearby{}, false
	}
	made, wanted := path.Base(from[1]), path.Base(at[1])
	if made == wanted {
		return nearby{}, false
	}
	return nearby{Instead: true, Source: docSecrets,
		What: "The container is told to read " + at[1] + ", and the Secret in the text holds a file " + made + ".",
		Why: "A Secret that is made with --from-file has the file's own name as its key, and its volume shows the " +
			"key as a file. So the path that AWS_SHARED_CREDENTIALS_FILE names is not there, and the SDK finds no " +
			"credentials. No request was made, and no permission was judged.",
		Change: "make the Secret with --from-file " + wanted + "=" + from[1] + ", or name the file " + made +
			" in the variable; then start the pod anew"}, true
}
