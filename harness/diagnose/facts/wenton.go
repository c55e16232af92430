package facts

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/fixtures"
	"github.com/hostproof/hostproof/harness/ledger"
)

// wentOn is the place that the program asked in vain and that SDKs ask after the
// variables and the files of profiles: instance metadata, the last of all
// (https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html).
// It is empty where nothing was seen of that.
func (d *Facts) wentOn() string {
	for _, row := range d.Rows {
		if row.Asked.Count > 0 && (row.Sort == ledger.OfPlace || row.Offer.Machine) {
			return row.Offer.Name
		}
	}
	return ""
}

// standard are the variables that every SDK reads before it looks elsewhere.
var standard = []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}

// missedVariables says of credentials in the variables that every SDK reads first that
// the program looked further: what looked did not have them.
func (d *Facts) missedVariables(row *ledger.Row) (Miss, bool) {
	further := d.wentOn()
	for _, name := range standard {
		if !slices.Contains(row.Offer.Variables, name) || !d.Has(name) {
			return Miss{}, false
		}
	}
	if further == "" || row.Offer.Kind != fixtures.OfferVariables {
		return Miss{}, false
	}
	m := Miss{Row: row, Confidence: "L"}
	m.Why = fmt.Sprintf("This host has %s, and no call used it. The program asked %s, which SDKs do only where "+
		"these variables are not set: the process that looked did not have them, or reads none. A child process, a "+
		"worker or a service that is started with an environment of its own loses them.", d.place(row), further)
	m.Change = fmt.Sprintf("Hand %s on to the process that makes the calls, if that is another one (the env option "+
		"of what starts it); else use what reads them: the SDK's default chain, a client made from the environment, "+
		"or all of them as options", strings.Join(row.Offer.Variables, ", "))
	return m, true
}

// missedFiles says of a key in a file that the program searched, and opened none of
// the files with profiles: it looked in another home.
func (d *Facts) missedFiles(row *ledger.Row) (Miss, bool) {
	further := d.wentOn()
	opened, seen := d.configOpened()
	ofProfiles := slices.ContainsFunc(row.Offer.Files, d.isProfileFile)
	if further == "" || opened || !seen || !ofProfiles {
		return Miss{}, false
	}
	m := Miss{Row: row, Confidence: "L", Source: docLocation}
	m.Why = fmt.Sprintf("This host has %s. The program asked %s, which SDKs do only after the files, and never "+
		"opened these: what looked had another home (HOME, another user, a container), or is no SDK that reads them.",
		d.place(row), further)
	m.Change = "Start the process that makes the calls with the HOME in which the files lie, or name them with " +
		"their whole paths: AWS_SHARED_CREDENTIALS_FILE, AWS_CONFIG_FILE. A library that reads no profiles needs " +
		"them as variables: eval \"$(aws configure export-credentials --format env)\""
	return m, true
}

// isProfileFile reports whether a file, as the host declares it, is one in which SDKs
// look for profiles.
func (d *Facts) isProfileFile(declared string) bool {
	return slices.ContainsFunc(d.Result.Files, func(f ledger.FileAccess) bool {
		return f.Declared == declared && d.ofProfiles(f.Path)
	})
}

// docLocation is where SDKs look for the files with profiles.
const docLocation = "https://docs.aws.amazon.com/sdkref/latest/guide/file-location.html"

// OtherClient says, where calls of the run were made with credentials that something
// else of it then looked for in vain, which those are; empty where there were none.
func (d *Facts) OtherClient() (why, change string) {
	for i := range d.Rows {
		row := &d.Rows[i]
		if len(row.Used) == 0 || row.Offer.Platform || !d.accepted(row.Used[0]) {
			continue
		}
		why = fmt.Sprintf("Call #%d was made with %s, so that the program has credentials. Another client of it, "+
			"or another process, looked by itself and did not find them: what code gives one client or session "+
			"reaches no other.", row.Used[0], row.Offer.Name)
		change = "Make every client from the session that has the credentials, in each process; what processes " +
			"inherit are variables alone"
		if other := d.otherProfile(row); other != "" {
			why += " " + other
			change += fmt.Sprintf(", such as AWS_PROFILE=%s", d.keyProfile(row))
		}
		return why, change
	}
	return "", ""
}

// accepted reports whether a call was accepted, by the number of its exchange.
func (d *Facts) accepted(seq int64) bool {
	return slices.ContainsFunc(d.Calls, func(c *Call) bool { return c.Seq == seq && c.Verdict.Accepted })
}
