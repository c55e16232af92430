package main

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/hostproof/hostproof/harness/project"
)

// grammar is how the command line reads the settings of a project, and what help
// says about them.
var grammar = []kong.Option{
	flagHelp,
	kong.ExplicitGroups(groups()),
	kong.NamedMapper("names", kong.MapperFunc(readNames)),
	kong.NamedMapper("keyNames", kong.MapperFunc(readKeyNames)),
	kong.NamedMapper("actions", kong.MapperFunc(readActions)),
	kong.NamedMapper("yaml", kong.MapperFunc(readYAML)),
	kong.PostBuild(describeSettings),
}

func groups() (out []kong.Group) {
	for _, g := range project.Groups {
		out = append(out, kong.Group{Key: g.Key, Title: g.Title + ":"})
	}
	return out
}

// describeSettings gives the flags of settings their help. Those that need a
// program are not shown where none runs.
func describeSettings(k *kong.Kong) error {
	for _, command := range k.Model.Children {
		for _, flag := range command.Flags {
			s, ok := settingOf(flag)
			if !ok {
				continue
			}
			flag.Help, flag.PlaceHolder = strings.ReplaceAll(s.Help, "$", "$$"), s.Value
			flag.Hidden = command.Name == "serve" && s.Group == programGroup
		}
	}
	return nil
}

// programGroup are the settings of a program that a command starts.
const programGroup = "program"

func settingOf(flag *kong.Flag) (project.Setting, bool) {
	if flag.Group == nil {
		return project.Setting{}, false
	}
	list := project.Settings()
	i := slices.IndexFunc(list, func(s project.Setting) bool {
		return s.Flag == flag.Name &&
			s.Group == flag.Group.Key
	})
	if i < 0 {
		return project.Setting{}, false
	}
	return list[i], true
}

func pop(ctx *kong.DecodeContext) (text string, err error) {
	err = ctx.Scan.PopValueInto("value", &text)
	return text, err
}

// readNames reads names as the type of that name does.
func readNames(ctx *kong.DecodeContext, target reflect.Value) error {
	list := names(target.Interface().([]string))
	if err := list.Decode(ctx); err != nil {
		return err
	}
	target.Set(reflect.ValueOf([]string(list)))
	return nil
}

// readKeyNames reads ID,SECRET; an empty text is no names at all.
func readKeyNames(ctx *kong.DecodeContext, target reflect.Value) error {
	text, err := pop(ctx)
	if err != nil {
		return err
	}
	list := strings.Split(text, ",")
	switch {
	case text == "":
		list = []string{}
	case len(list) != 2 || list[0] == "" || list[1] == "":
		return fmt.Errorf("%s: want two names of variables, ID,SECRET, or an empty text for none", text)
	}
	target.Set(reflect.ValueOf(list))
	return nil
}

// readActions reads ROLE=ACTION,ACTION into a map.
func readActions(ctx *kong.DecodeContext, target reflect.Value) error {
	text, err := pop(ctx)
	if err != nil {
		return err
	}
	role, actions, ok := strings.Cut(text, "=")
	if !ok {
		return fmt.Errorf("%s: want ROLE=ACTION,ACTION, such as task=s3:*", text)
	}
	set(target, role, reflect.ValueOf(strings.Split(actions, ",")))
	return nil
}

// readYAML reads YAML into a list, or NAME=YAML into a map. Of a seed it may be in
// a file.
func readYAML(ctx *kong.DecodeContext, target reflect.Value) error {
	text, err := pop(ctx)
	if err != nil {
		return err
	}
	value := reflect.New(target.Type().Elem())
	if target.Kind() == reflect.Map {
		name, rest, ok := strings.Cut(text, "=")
		if !ok || name == "" {
			return fmt.Errorf("%s: want NAME={KEY: VALUE, ...}", text)
		}
		if err := project.Decode([]byte(rest), value.Interface()); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		set(target, name, value.Elem())
		return nil
	}
	data := []byte(text)
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		if data, err = os.ReadFile(text); err != nil {
			return fmt.Errorf("want YAML from { on, or a file of it: %w", err)
		}
	}
	if err := project.Decode(data, value.Interface()); err != nil {
		return err
	}
	target.Set(reflect.Append(target, value.Elem()))
	return nil
}

func set(target reflect.Value, name string, value reflect.Value) {
	if target.IsNil() {
		target.Set(reflect.MakeMap(target.Type()))
	}
	target.SetMapIndex(reflect.ValueOf(name), value)
}
