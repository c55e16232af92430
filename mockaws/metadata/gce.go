package metadata

import (
	"cmp"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// GCEOptions are the options of GCE.
type GCEOptions struct {
	Settings
	ProjectID      string // "example"
	ProjectNumber  string // "123456789012"
	Region         string // Google's, "us-central1"
	ServiceAccount string // its e-mail address
}

const (
	gceValue = iota
	gceFlavor
	gceNotFound
	gceMethod
	gceUnsupported
	gceThrottled
	gceFault
)

const gceDocs = "https://cloud.google.com/run/docs/container-contract#metadata-server"

var gceBehaviours = [...]Behaviour{
	gceValue: {"gce-metadata/value", 200, Likely, gceDocs},
	gceFlavor: {"gce-metadata/flavor", 403, Verified, "googleapis/google-api-dotnet-client#1409; on Cloud Run " +
		"without a header Metadata-Flavor: xelalexv/dregsy#82; the body is unverified"},
	gceNotFound: {"gce-metadata/not-found", 404, Likely,
		"saltstack/salt#52332: nothing is at /latest; headers of googleapis/gcp-metadata#657; the body is unverified"},
	gceMethod:      {"gce-metadata/method", 405, Unverified, "inferred"},
	gceUnsupported: {"gce-metadata/unsupported", 501, Unverified, "not Google: this simulation has no tokens"},
	gceThrottled: {"gce-metadata/throttled", 429, Likely,
		"https://cloud.google.com/compute/docs/troubleshooting/troubleshoot-metadata-server"},
	gceFault: {"gce-metadata/fault", 0, Unverified, "inferred"},
}

// GCE is the metadata server of Google Cloud Run, at 169.254.169.254:80 and
// metadata.google.internal: a server that is alive where AWS's SDKs look for
// EC2's, and is another one. It has no tokens.
func GCE(o GCEOptions) http.Handler {
	o.Settings = o.defaults()
	g := &gce{o, o.tree()}
	return o.serve(kind{"gce-metadata", func() reply { return g.page(gceThrottled, 429) },
		func(status int) reply { return g.page(gceFault, status).because("a failure that was planned") }}, g.answer)
}

type gce struct {
	GCEOptions
	values map[string]string // by path below computeMetadata/v1/
}

func (o GCEOptions) tree() map[string]string {
	project, number := cmp.Or(o.ProjectID, "example"), cmp.Or(o.ProjectNumber, "123456789012")
	account := cmp.Or(o.ServiceAccount, number+"-compute@developer.gserviceaccount.com")
	return map[string]string{
		"project/project-id":         project,
		"project/numeric-project-id": number,
		"instance/region": "projects/" + number + "/regions/" + cmp.Or(o.Region,
			"us-central1"),
		"instance/zone": "projects/" + number + "/zones/" + cmp.Or(o.Region,
			"us-central1") + "-1",
		"instance/id": strings.Repeat("0", 64),
		"instance/service-accounts/default/email":         account,
		"instance/service-accounts/default/aliases":       "default",
		"instance/service-accounts/default/scopes":        "https://www.googleapis.com/auth/cloud-platform",
		"instance/service-accounts/" + account + "/email": account,
	}
}

func (g *gce) answer(r *http.Request) reply {
	path, ok := strings.CutPrefix(r.URL.Path, "/computeMetadata/v1")
	switch {
	case r.Header.Get("Metadata-Flavor") != "Google":
		return g.page(gceFlavor,
			403).because(
			"the request has no header Metadata-Flavor: Google; this is Google's metadata server, not EC2's")
	case !ok:
		return g.flavoured(g.page(gceNotFound, 404))
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return g.flavoured(g.page(gceMethod, 405))
	case strings.HasSuffix(path, "/token") || strings.HasSuffix(path, "/identity"):
		return g.flavoured(textReply(gceBehaviours[gceUnsupported],
			"hostproof does not simulate Google's tokens: see what the host does not simulate\n"))
	}
	path = strings.Trim(path, "/")
	if value, ok := g.values[path]; ok {
		return g.text(value)
	}
	if names := children(g.values, path); len(names) > 0 {
		return g.text(strings.Join(names, "\n") + "\n")
	}
	return g.flavoured(g.page(gceNotFound, 404)).because("%.80q is nothing that this simulation has; it has %s", path,
		strings.Join(slices.Sorted(maps.Keys(g.values)), ", "))
}

func (g *gce) text(value string) reply {
	return g.flavoured(reply{Behaviour: gceBehaviours[gceValue], body: []byte(value)}.with("Content-Type",
		"application/text", "Server", "Metadata Server for Serverless"))
}

func (g *gce) flavoured(a reply) reply { return a.with("Metadata-Flavor", "Google") }

// page is a refusal. Google's own page is longer, and its text is not ours to
// have: the title is what tells it from another server's.
func (g *gce) page(row, status int) reply {
	title := http.StatusText(status)
	a := reply{Behaviour: gceBehaviours[row], header: []string{"Content-Type", "text/html; charset=UTF-8", "Server",
		"Metadata Server for Serverless"}}
	a.Status = status
	a.body = []byte("<!DOCTYPE html>\n<html lang=en>\n<title>Error " + strconv.Itoa(status) + " (" + title +
		")!!1</title>\n")
	return a.because("%s", title)
}
