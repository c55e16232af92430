package metadata

import (
	"net/http"
)

const (
	azureVerb = iota
	azureHeader
	azureUnsupported
	azureThrottled
	azureFault
)

const azureDocs = "https://learn.microsoft.com/en-us/azure/virtual-machines/instance-metadata-service"

var azureBehaviours = [...]Behaviour{
	azureVerb: {"azure-metadata/verb", 400, Verified,
		"JuliaCloud/AWS.jl#721: recorded on a runner of GitHub's, 2025-06-12"},
	azureHeader: {"azure-metadata/header", 400, Likely,
		azureDocs + ": a request without Metadata: true is a bad request; the body is unverified"},
	azureUnsupported: {"azure-metadata/unsupported", 501, Unverified, "not Azure: this simulation has no instance"},
	azureThrottled:   {"azure-metadata/throttled", 429, Likely, azureDocs},
	azureFault:       {"azure-metadata/fault", 0, Unverified, "inferred"},
}

// Azure is the metadata service of an Azure machine, at 169.254.169.254:80: a server
// that is alive where AWS's SDKs look for EC2's, and is another one. It knows nothing
// of an instance: it refuses as Azure does what AWS's SDKs ask.
func Azure(s Settings) http.Handler {
	s = s.defaults()
	fault := func(status int) reply {
		a := azureReply(azureFault, "InternalError", http.StatusText(status), "").because("a failure that was planned")
		a.Status = status
		return a
	}
	throttled := func() reply {
		return azureReply(azureThrottled, "TooManyRequests", http.StatusText(http.StatusTooManyRequests), "")
	}
	return s.serve(kind{"azure-metadata", throttled, fault}, azureAnswer)
}

func azureAnswer(r *http.Request) reply {
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		return azureReply(azureVerb, "InvalidHttpVerb", "The HTTP verb specified was not recognized by the server.",
			"'"+r.Method+"' is not a supported verb.").
			because("this is Azure's metadata service, not EC2's: it has no session tokens")
	case r.Header.Get("Metadata") != "true":
		return azureReply(azureHeader, "BadRequest", "Required metadata header not specified", "").
			because("the request has no header Metadata: true; this is Azure's metadata service, not EC2's")
	}
	return textReply(azureBehaviours[azureUnsupported],
		"hostproof does not simulate Azure's instances: see what the host does not simulate\n")
}

// azureReply is an error document in the form that was recorded.
func azureReply(row int, code, message, details string) reply {
	a := reply{Behaviour: azureBehaviours[row]}.with("Content-Type", "text/xml; charset=utf-8",
		"Server", "Microsoft-IIS/10.0")
	text := "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n" +
		"<Error xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" " +
		"xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\">\n" +
		"    <Code>" + code + "</Code>\n    <Message>" + message + "</Message>\n"
	if details != "" {
		text += "    <Details>" + details + "</Details>\n"
	}
	a.body = []byte(text + "</Error>")
	return a
}
