package explain_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/hostproof/hostproof/harness/explain"
)

// kinds are secrets as they are issued: their letters are drawn by lot.
var kinds = map[string]string{
	"secret access key": "q7RzX/4mVb+N2tKp9sLw8YcDf3HgJ6uA1eWoZ5Ti",
	"session token": "IQoJb3JpZ2luX2VjEJz//////////wEaCXVzLWVhc3QtMSJHMEUCIQD3" +
		"pl4nt7qT0kEn9xYzAbC5dE6fG7hI8jK1lM2nO3pQ4r==",
	"in hexadecimal": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
	"of a service":   "sk_live_51Hq8LyjWDarjtT1zdp7dcX9",
	"of a forge":     "ghp_R4tYb7XqP2mZ9sLw8VcDf3HgJ6uA1eWoZ5Ti",
	"JSON web token": "eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQ6YXBwIn0." +
		"c2lnbmF0dXJlLW9mLXRoZS10b2tlbi1oZXJl",
	"password": "Tr0ub4dor3xyz",
}

// TestShapesOfSecrets: no form of a secret is shown, whatever text is around it.
func TestShapesOfSecrets(t *testing.T) {
	shapes, err := txtar.ParseFile("testdata/secretshapes.txtar")
	if err != nil || len(shapes.Files) < 20 {
		t.Fatalf("%d shapes, %v", len(shapes.Files), err)
	}
	for _, shape := range shapes.Files {
		for kind, secret := range kinds {
			if kind == "password" && !strings.Contains(string(shape.Data), "={}") { // as short as a word
				continue
			}
			for _, before := range []string{"", "Error: SignatureDoesNotMatch: The request signature we calculated\n",
				"CredentialsProviderError: Could not load credentials from any providers\n"} {
				tryShape(t, shape.Name+", "+kind, before+shaped(string(shape.Data), secret), secret)
			}
		}
	}
}

// shaped puts a secret into a shape.
func shaped(shape, secret string) string {
	return strings.NewReplacer("{}", secret, "{json}", strings.ReplaceAll(secret, "/", `\\\/`),
		"{url}", url.QueryEscape(secret), "{base64}", base64.StdEncoding.EncodeToString([]byte(secret)),
		"{lines}", every(20, secret, "\n"), "{colours}", every(7, secret, "\x1b[32m"),
		"{unseen}", every(5, secret, "\u200b")).Replace(shape)
}

// every puts something after each so many bytes of a text.
func every(n int, text, put string) string {
	var b strings.Builder
	for i := range len(text) {
		if i > 0 && i%n == 0 {
			b.WriteString(put)
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

func tryShape(t *testing.T, name, input, secret string) {
	t.Helper()
	r, err := explain.Explain([]byte(input), explain.Options{})
	if err != nil {
		return // it is said that nothing is in it
	}
	var text bytes.Buffer
	r.WriteText(&text)
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{text.String(), string(data)} {
		together := strings.NewReplacer(" ", "", "\n", "", `\n`, "").Replace(out)
		encoded := base64.StdEncoding.EncodeToString([]byte(secret))
		for _, form := range []string{secret, url.QueryEscape(secret), encoded} {
			for _, part := range []string{form[:len(form)/2], form[len(form)/2:]} {
				if strings.Contains(out, part) || strings.Contains(together, part) {
					t.Errorf("%s: %q of it is shown:\n%s\nof\n%s", name, part, out, input)
					return
				}
			}
		}
	}
}
