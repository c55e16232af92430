package starter

import (
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/hostproof/hostproof/harness/internal/late"
)

// Visit is a request to a server. Its zero value is for a server of which no file says what
// calls AWS.
type Visit struct {
	Path string // "/api/chat"
	Post bool
}

// chat is what a page of the AI SDK sends to its server: messages with parts, or with a text as
// content in versions before 5 (https://ai-sdk.dev/docs/reference/ai-sdk-core/ui-message), or a
// prompt alone.
const chat = `{"prompt":"Hello","messages":[{"id":"1","role":"user","content":"Hello",` +
	`"parts":[{"type":"text","text":"Hello"}]}]}`

// Body is what a Post sends.
func (v Visit) Body() string { return chat }

// flags are those of hostproof run, with a space in front.
func (v Visit) flags() string {
	switch {
	case v.Path == "":
		return ""
	case v.Post:
		return " --post " + shell([]string{v.Path, "--data", v.Body()}) + " --header content-type:application/json"
	}
	return " --get " + shell([]string{v.Path})
}

// routeFiles are files of Next.js that answer at a path of their own
// (https://nextjs.org/docs/13/app/building-your-application/routing/route-handlers).
var routeFiles = []string{
	"app/*/route.[jt]s", "app/*/*/route.[jt]s", "app/*/*/*/route.[jt]s",
	"pages/api/*.[jt]s", "pages/api/*/*.[jt]s",
}

var (
	// callsAWS is a word of a file that calls AWS.
	callsAWS = late.MustCompile(`(?i)bedrock|@aws-sdk/|aws4fetch|ACCESS_KEY`)
	// handles is a method that a route handler answers.
	handles = late.MustCompile(`(?m)^export\s+(?:async\s+)?(?:function|const)\s+(GET|POST)\b`)
	// ofPost is a request's body, or its method, in a file that has one handler for all methods.
	ofPost = late.MustCompile(`\breq(?:uest)?\.body\b|['"]POST['"]`)
)

// visitOf is a request to the first file of a project's that answers at a path of its own and
// speaks of AWS.
func visitOf(project fs.FS) Visit {
	for _, root := range []string{"", "src/"} {
		for _, pattern := range routeFiles {
			files, err := fs.Glob(project, root+pattern)
			if err != nil {
				panic("starter: " + pattern + ": " + err.Error())
			}
			for _, file := range files {
				text := read(project, file)
				if strings.Contains(file, "[") || !callsAWS.MatchString(text) {
					continue // a path with a variable part, or one that shows nothing
				}
				return Visit{pathOf(strings.TrimPrefix(file, root)), posts(text)}
			}
		}
	}
	return Visit{}
}

// pathOf is the path at which a file of app or pages answers. A folder in parentheses groups
// files, and is no part of it.
func pathOf(file string) string {
	parts := strings.Split(strings.TrimSuffix(file, path.Ext(file)), "/")[1:]
	parts = slices.DeleteFunc(parts, func(part string) bool {
		return part == "route" || part == "index" || strings.HasPrefix(part, "(")
	})
	return "/" + strings.Join(parts, "/")
}

// posts says whether a file answers a POST, and no GET.
func posts(text string) bool {
	methods := handles.FindAllStringSubmatch(text, -1)
	if len(methods) == 0 {
		return ofPost.MatchString(text)
	}
	return !slices.ContainsFunc(methods, func(m []string) bool { return m[1] == "GET" })
}
