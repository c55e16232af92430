package capture

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Version is the version of the format of an Observation.
const Version = 1

// Observation is what a host showed. The only values it holds are from a closed
// public vocabulary: regions, "true", names of runtimes (see Vocabulary).
type Observation struct {
	Version   int        `json:"hostproofCapture"`
	By        string     `json:"by"` // "hostproof", "node", "python"
	Time      time.Time  `json:"time"`
	Variables []Variable `json:"variables"`
	Files     []File     `json:"files,omitempty"`
	Endpoints []Endpoint `json:"endpoints,omitempty"`
}

// Shape is what is kept of a value.
type Shape struct {
	Length int `json:"length"` // characters
	// Prefix is how the value begins, where that is one of Prefixes.
	Prefix string `json:"prefix,omitempty"`
	// Class is the narrowest alphabet that the value is made of: "digits",
	// "hex", "upper", "word", "base64" or "text".
	Class string `json:"class"`
	// Hash is the same for equal values of one capture: 16 hexadecimal digits of
	// HMAC-SHA256 under a random key that is not kept.
	Hash string `json:"hash"`
	// Public is the value itself, where it is of the public vocabulary.
	Public *string `json:"public,omitempty"`
}

// Variable is an environment variable.
type Variable struct {
	Name string `json:"name"`
	Shape
}

// File is a file that SDKs read credentials from.
type File struct {
	Path string `json:"path"` // "~/..." in the home directory; "" where the path is only known as a variable's value
	// Variable leads to it, if one does.
	Variable string `json:"variable,omitempty"`
	Error    string `json:"error,omitempty"` // why it could not be read: "not found", "no permission"
	// Sections lists the sections of an INI file, in order; nil for any other file.
	Sections []Section `json:"sections,omitempty"`
	// Content is the shape of a file that is no INI file.
	Content *Shape `json:"content,omitempty"`
}

// Section is a section of an INI file.
type Section struct {
	Name string `json:"name"`
	// Hash is the hash of the profile's name, to compare variables with.
	Hash string     `json:"hash"`
	Keys []Variable `json:"keys"`
}

// Endpoint is a place that SDKs ask for credentials.
type Endpoint struct {
	Kind string `json:"kind"` // "imds", "container"
	// Variable leads to it, if one does.
	Variable string `json:"variable,omitempty"`
	Answered bool   `json:"answered"`
	Status   int    `json:"status,omitempty"`
	Error    string `json:"error,omitempty"` // "refused", "timed out", ...
	Millis   int64  `json:"millis"`          // until the answer
	// Tokens: instance metadata wants a token first ("required") or not
	// ("optional").
	Tokens string     `json:"tokens,omitempty"`
	Fields []Variable `json:"fields,omitempty"` // of the answer
}

// Parse reads an Observation, such as the scripts print, or takes the shape of a
// plain dump of an environment, NAME=VALUE lines as env prints them.
func Parse(data []byte) (*Observation, error) {
	if isDump(data) {
		return parseDump(data)
	}
	var o Observation
	if err := json.Unmarshal(data, &o); err != nil {
		return nil, fmt.Errorf("no capture, and no dump of an environment (NAME=VALUE lines): %w", err)
	}
	switch {
	case o.Version == 0:
		return nil, errors.New(
			`no capture: it has no "hostproofCapture"; make one with hostproof capture --observation, or a script of hostproof capture --script`)
	case o.Version != Version:
		return nil, fmt.Errorf("a capture of version %d, and this program reads version %d", o.Version, Version)
	}
	return &o, o.check()
}

// maxLength bounds the values that are made up, in characters.
const maxLength = 1 << 20

func (o *Observation) check() error {
	for _, v := range o.Variables {
		if v.Name == "" || v.Length < 0 || v.Length > maxLength {
			return fmt.Errorf("no capture: variable %q has a length of %d", v.Name, v.Length)
		}
	}
	for _, f := range o.Files {
		for _, s := range f.Sections {
			for _, k := range s.Keys {
				if k.Length < 0 || k.Length > maxLength {
					return fmt.Errorf("no capture: %s in %s has a length of %d", k.Name, f.Path, k.Length)
				}
			}
		}
	}
	return nil
}
