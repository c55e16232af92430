package metadata

import "net/http"

const amplifyUnknown = "what Amplify's credential listener answers is not public: this host does not simulate it. " +
	"A host with a compute role has the credentials as AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and " +
	"AWS_SESSION_TOKEN while requests are answered."

var amplifyBehaviours = [...]Behaviour{
	{"amplify-listener/unknown", 501, Unverified,
		"https://github.com/arxpalhano/att/blob/be77d1f0ed7f13b1d96d617f9dff1bc32fb147ac/src/lib/amplify-credentials.ts reads it, and guesses"},
}

// AmplifyListener stands where Amplify Hosting's runtime has a listener for
// credentials. What that answers is not public, so this one says so, and never
// credentials.
func AmplifyListener(s Settings) http.Handler {
	unknown := func() reply {
		return textReply(amplifyBehaviours[0], amplifyUnknown+"\n").because("the listener's protocol is not public")
	}
	return s.serve(kind{"amplify-listener", unknown, func(int) reply { return unknown() }},
		func(*http.Request) reply { return unknown() })
}
