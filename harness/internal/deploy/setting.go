package deploy

import (
	"fmt"
)

// SettingError says that a deployment was asked for what cannot be: an unknown
// host, a variable that the host reserves, a placeholder without a value.
type SettingError struct{ Problem string }

// Error is one line that says what can be.
func (e *SettingError) Error() string { return e.Problem }

// settingProblem is a SettingError.
func settingProblem(format string, args ...any) error {
	return &SettingError{fmt.Sprintf(format, args...)}
}

func asSetting(err error) error {
	if err == nil {
		return nil
	}
	return &SettingError{err.Error()}
}
