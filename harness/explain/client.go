package explain

import (
	"slices"

	"github.com/hostproof/hostproof/harness/internal/late"
	"github.com/hostproof/hostproof/harness/ledger"
)

const docRegion = "https://docs.aws.amazon.com/sdkref/latest/guide/feature-region.html"

// settingNames are the keys of AWS's files, which are in small letters, unlike the
// variables.
const settingNames = `(?-i:aws_access_key_id|aws_secret_access_key|aws_session_token|role_arn|source_profile|` +
	`credential_source|web_identity_token_file|sso_\w+)`

// telling are the paths of files that have to do with credentials.
const telling = `((?:~|[A-Za-z]:)?[/\\][\w./\\-]*(?:\.aws|credential|secret)[\w./\\-]*)`

// noAccess is how operating systems and languages say that a file cannot be read.
const noAccess = `(?:permission denied|EACCES|access is denied|PermissionError|UnauthorizedAccess\w*|` +
	`no such file(?: or directory)?|ENOENT|FileNotFound\w*|(?:cannot|can't|could not|unable to|failed to) (?:open|read))`

// defaultMissing is about the profile that nothing names: what is said of one that a
// setting names does not hold for it.
var defaultMissing = []meaning{
	{"profile-missing",
		late.MustCompile("profile \\(?[\"'`]?default[\"'`]?\\)? (?:could not be found|was not found|not found|" +
			"does not exist|is not configured)"),
		"The profile default is not in the files that the program reads.",
		"A program that names no profile asks for default. A file is there, or the program was told to read " +
			"one, and it has no section [default]; some SDKs stop at that point and ask no other place.",
		"write the section [default], name the profile that exists (AWS_PROFILE), or take the file out where " +
			"the host has credentials of its own", docProfiles, "L"},
}

// clientFailures are what a program or its SDK lacks itself: nothing was sent.
var clientFailures = []meaning{
	{"missing-parameter",
		late.MustCompile(`missing required (?:parameter|argument|field|key|property|input|member)s?` +
			`(?: in (?:input|params))?[^\n\w]{0,6}(?:params\W{1,3})?([\w.]*)|` +
			`required parameter[^\n\w]{1,4}([\w.]+)['"]? (?:is|was) (?:missing|not set|empty)`),
		"The SDK refused the call by itself: the required parameter {1}{2} has no value.",
		"Nothing was sent, and AWS judged nothing. The value comes from a setting, a profile or a variable that is " +
			"empty where the program runs.",
		"find where the program takes {1}{2} from, and set it there", docChain, "L"},
	{"missing-module",
		late.MustCompile(`(?:could not load (?:file or )?assembly|cannot find (?:module|package)|no module named|` +
			`ClassNotFoundException|NoClassDefFoundError|cannot load such file)[^\n\w@]{1,6}` +
			`([\w@./:\\-]*(?:aws|amazon|boto)[\w@./:\\-]*)|` +
			`(?:assembly|class|package|module|gem)[^\n\w@]{1,3}([\w@./:\\-]*(?:aws|amazon|boto)[\w@./\\-]*)['"]?,? ` +
			`(?:could not be (?:found|loaded)|(?:was |is )?not found|is missing|is not installed)`),
		"A part of the SDK that the program needs is not there: {1}{2}.",
		"It is not among the dependencies, or was left out of what was built and deployed. Nothing was sent to " +
			"AWS, and no credentials were judged.",
		"add {1}{2} to the program's dependencies, in the version of the other parts of the SDK, and build anew",
		docChain, "L"},
	{"profile-missing",
		late.MustCompile(`no profile (?:named|called|with (?:the )?name)[: ]*["']?([\w.@/-]+)`),
		"The profile {1} is not in the files that the program reads.",
		"A setting of the program or AWS_PROFILE names it. The files are looked for in the home directory of " +
			"the user that runs the program, who is another one under sudo, in a service or in a container.",
		"see which file the program reads and under which user, and write the section there", docProfiles, "L"},
	{"config-broken",
		late.MustCompile(`(?:duplicate (?:section|key|option|entry)|DuplicateSection|DuplicateOption|` +
			`section [^\n]{0,40}already exists|(?:unable to|failed to|cannot|could not|error) pars\w+|parsing error|` +
			`MissingSectionHeader|contains no section|invalid (?:section|line)|unexpected line)` +
			`[^\n]{0,160}(?:\.aws\b|config(?:uration)? file|credentials? file|shared config)|` +
			`(?:\.aws[/\\]\w+|config file|credentials? file)[^\n]{0,80}(?:duplicate|already exists|could not be parsed|` +
			`contains no section|parse error)`),
		"The SDK could not parse its configuration file.",
		"Nothing was sent to AWS. A section that is there twice, a line without =, a section without brackets, " +
			"or a file in another encoding (UTF-16, a byte order mark) is enough.",
		"correct the file: one section per profile, [NAME] in credentials and [profile NAME] in config", docProfiles,
		"L"},
	{"section-lacks",
		late.MustCompile(
			`(?:profile|section|file)\b[^\n]{0,100}?(?:does(?:n't| not) (?:contain|have|include|define)|` +
				`lacks|has no|missing|without)(?: the)?(?: required)?(?: key| value| field)?\W{1,4}(` + settingNames +
				`)|` +
				`\b(` + settingNames +
				`)\b[^\n]{0,60}(?:not found|missing|not present)[^\n]{0,60}(?:profile|section|file)|` +
				`(?:missing|(?:unable to|could not|cannot) find)[^\n]{0,40}\b(` + settingNames + `)\b`),
		"The program read a file of profiles, and the section that it uses has no {1}{2}{3}.",
		"Nothing was sent to AWS. The section that counts is the one of the profile that the program uses " +
			"(default where nothing names one); some SDKs and older versions know keys only, and no role or SSO " +
			"in a profile.",
		"add {1}{2}{3} to that section, or use another profile", docProfiles, "L"},
	{"file-unreadable",
		late.MustCompile(noAccess + `[^\n]{0,80}?` + telling + `|` + telling + `[^\n]{0,80}?` + noAccess),
		"The program could not read {1}{2}.",
		"The file is not there for this process (another home directory, another container, a link whose " +
			"target is not there), or its user may not read it. It is looked for before anything is asked of AWS.",
		"see under which user and HOME the process runs, and list the file there (ls -lL); where the host has " +
			"a role, no file is needed", docProfiles, "L"},
	{"no-region",
		late.MustCompile(`no ?RegionEndpoint|NoRegionError|MissingRegion|` +
			`\bno (?:aws )?region (?:was |is |has been )?(?:set|found|configured|specified|provided|given)|` +
			`\bregion (?:is |was |has )?(?:not (?:been )?(?:set|found|specified|configured|provided)|missing)|` +
			`unable to (?:find|determine|load|resolve) (?:a |the )?(?:aws )?region|` +
			`(?:must|need to) (?:specify|provide|set|configure) (?:a |the |an )?(?:aws )?region|` +
			`region must be (?:specified|set|provided)|cannot determine (?:the )?region`),
		"The client found no region: no request was made.",
		"The name of the endpoint and the signature have the region in them. SDKs differ in where they look: " +
			"some read AWS_REGION, some AWS_DEFAULT_REGION, some the profile; a constructor that gets keys may " +
			"want it as an argument.",
		"pass the region to the client, or set AWS_REGION (and AWS_DEFAULT_REGION for tools that read that)", docRegion,
		"L"},
	{"setting-missing",
		late.MustCompile(`undefined (?:index|array key|variable|property|offset)\W{1,4}` +
			`([\w.-]*(?:key|secret|token|region|bucket|credential|aws)[\w.-]*)|` +
			`KeyError: ['"](aws_\w+)|reading ['"](accessKeyId|secretAccessKey|sessionToken|credentials|region)['"]|` +
			`key not found: ['"](aws_\w+)`),
		"The program looks for a setting of its own that is not there: {1}{2}{3}{4}.",
		"It failed in its own code or configuration before it asked the SDK or AWS for anything.",
		"set {1}{2}{3}{4} under exactly that name where the program runs (a cached configuration has to be " +
			"made anew), or leave keys out so that the SDK looks for the host's", docChain, "L"},
}

// maxClient bounds what is searched for a client's own failures, in bytes.
const maxClient = 128 << 10

// groupsIn are the groups of a meaning's match in a text, or in the text with its
// lines joined; what fails in a client stands in one line near the beginning.
func (m *meaning) groupsIn(text, flat string) []string {
	own := slices.Contains(clientKinds(), m.id)
	if own {
		text = text[:min(len(text), maxClient)]
	}
	groups := m.match.FindStringSubmatch(text)
	if groups == nil && flat != "" && !own {
		groups = m.match.FindStringSubmatch(flat)
	}
	return groups
}

// clientKinds are the kinds of what fails before anything is sent.
func clientKinds() (out []ledger.Kind) {
	for _, m := range clientFailures {
		if !slices.Contains(out, m.id) {
			out = append(out, m.id)
		}
	}
	return out
}

// section is the head of a section in a file of profiles.
var section = late.MustCompile(`(?m)^\W{0,3}\[((?:profile )?[\w.@-]+)\]\s*$`)

// doubled is the section that a text shows twice; empty for none.
func doubled(text string) string {
	seen := map[string]bool{}
	for _, m := range section.FindAllStringSubmatch(text, maxLinks) {
		if seen[m[1]] {
			return m[1]
		}
		seen[m[1]] = true
	}
	return ""
}

// unauthorized is the status that AWS's services do not give for credentials.
var unauthorized = late.MustCompile(
	`(?i)\b401\b[ :,-]{0,3}Unauthorized|status(?:[ _]?code)?[:= ]*401\b|HTTP[/ ][\d. ]*401\b`)

// otherSender is the finding about a 401 of which nothing more is known.
func otherSender(text string) (ledger.Finding, bool) {
	if !unauthorized.MatchString(text) || answersOfAWS(text) {
		return ledger.Finding{}, false
	}
	return ledger.Finding{
		Kind: "other-sender",
		What: "Something answered 401 (Unauthorized), and the text does not show what.",
		Why: "AWS's services refuse keys, tokens and signatures with 403 or 400; 401 is what EC2's instance " +
			"metadata says to a request without a token of version 2, and what the portal of IAM Identity " +
			"Center, container registries, proxies and stores that are not AWS's say.",
		Change: "Find the URL that gave the 401 (the SDK's debug log): at 169.254.169.254 it is about version 2 of " +
			"instance metadata, else about the sign-in at that address.",
		Source: docMeta, Confidence: "L",
	}, true
}
