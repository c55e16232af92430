package service_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/hostproof/hostproof/mockaws/protocol"
	"github.com/hostproof/hostproof/mockaws/service"
	"github.com/hostproof/hostproof/mockaws/verdict"
)

func call(p protocol.Name, body string) *service.Call {
	c := &service.Call{
		Service:   &service.Service{ID: "Greeter", Dialect: protocol.Dialect{Protocol: p}},
		Operation: &service.Operation{Name: "Greet"},
		Input:     protocol.Input{Body: []byte(body)},
	}
	if p == protocol.Query {
		c.Input.Form, _ = url.ParseQuery(body) // the tests' own
	}
	return c
}

// loud is a member of a form that reads itself.
type loud string

func (l *loud) ReadForm(c *service.Call, name string) error {
	text := c.Input.Form.Get(name)
	if text == "" {
		return service.Errorf("MissingParameter", "%s is missing", name)
	}
	*l = loud(strings.ToUpper(text))
	return nil
}

// MemberName is what it is called, whatever the field is.
func (loud) MemberName() string { return "Shout" }

type page struct{ Marker string }

type greetInput struct {
	Name   string
	Nick   *string
	Polite bool
	Titles []string
	Loud   loud
	Tags   service.Ignored
	page
}

type greeting struct{ Text string }

func greet(_ *service.Call, in *greetInput) (*greeting, error) {
	if in.Name == "nobody" {
		return nil, nil
	}
	nick := "none"
	if in.Nick != nil {
		nick = fmt.Sprintf("%q", *in.Nick)
	}
	return &greeting{fmt.Sprintf("%s %s %v %q %s %s", in.Name, nick, in.Polite, in.Titles, in.Loud, in.Marker)}, nil
}

func TestHandle(t *testing.T) {
	handle := service.HandleForm(greet)
	for _, row := range []struct {
		name     string
		protocol protocol.Name
		body     string
		want     string // of the greeting, or of the error
	}{
		{"a form", protocol.Query,
			"Action=Greet&Version=1&Name=a&Nick=&Polite=true&Titles.member.1=x&Titles.member.2=y&" +
				"Titles.member.4=z&Shout=b&Tags.member.1.Key=k&Marker=m", `a "" true ["x" "y"] B m`},
		{"a form without optional members", protocol.Query, "Shout=b", ` none false [] B `},
		{"a member that reads itself refuses", protocol.Query, "Name=a", "MissingParameter: Shout is missing"},
		{"an unknown member of a form", protocol.Query, "Shout=b&Color.red=1",
			"does not implement the member Color of Greeter Greet"},
		{"a nil output", protocol.Query, "Shout=b&Name=nobody", "nil"},
		{"JSON", protocol.JSON11, `{"Name":"a","Titles":["x"],"Tags":[1],"Marker":"m"}`, `a none false ["x"]  m`},
		{"no document", protocol.JSON11, "", ` none false []  `},
		{"an unknown member of JSON", protocol.JSON11, `{"Colour":1,"Color":1}`,
			"does not implement the member Color of Greeter Greet"},
		{"an unknown member that is null", protocol.JSON11, `{"Color":null}`, ` none false []  `},
		{"a member of another type", protocol.JSON11, `{"Titles":1}`,
			"SerializationException: the input does not have the operation's form: Titles cannot be a number"},
		{"no object", protocol.JSON11, `[]`, "the document cannot be an array"},
		{"CBOR", protocol.CBOR, "\xa1\x64Name\x61a", `a none false []  `},
		{"CBOR of another type", protocol.CBOR, "\xa1\x64Name\x01", "Name cannot be a positive integer"},
	} {
		t.Run(row.name, func(t *testing.T) {
			out, err := handle(call(row.protocol, row.body))
			got := "nil"
			if g, ok := out.(*greeting); ok {
				got = g.Text
			}
			if err != nil {
				got = err.Error()
			}
			if out == nil && err == nil && row.want != "nil" || err == nil && got != row.want ||
				!strings.Contains(got, row.want) {
				t.Errorf("got %s, want %s", got, row.want)
			}
		})
	}
}

func TestWhatIsNotImplementedIsAGap(t *testing.T) {
	_, err := service.HandleForm(greet)(call(protocol.Query, "Color=1"))
	var refusal *verdict.Refusal
	if !errors.As(err, &refusal) {
		t.Fatalf("%v is no refusal", err)
	}
	gap, ok := verdict.CauseOf[verdict.Gap](refusal)
	if want := (verdict.Gap{Service: "Greeter", Operation: "Greet", Member: "Color"}); !ok || gap != want {
		t.Errorf("got %+v, want %+v", gap, want)
	}
}

// An input that no form can fill is found when the service is made.
func TestInputsWithoutAForm(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a channel is taken for a member")
		}
	}()
	service.HandleForm(func(*service.Call, *struct{ C chan int }) (*service.Nothing, error) { return nil, nil })
}

// A handler says what it takes and what it returns; what it does not take is refused.
func ExampleHandle() {
	type input struct{ Name string }
	type output struct{ Greeting string }
	handle := service.Handle(func(_ *service.Call, in *input) (*output, error) {
		return &output{"Hello, " + in.Name}, nil
	})
	out, err := handle(call(protocol.JSON11, `{"Name":"world"}`))
	fmt.Println(out.(*output).Greeting, err)
	_, err = handle(call(protocol.JSON11, `{"Title":"Dr"}`))
	fmt.Println(err)
	// Output:
	// Hello, world <nil>
	// handle: unsupported-operation: this mock does not implement the member Title of Greeter Greet
}
