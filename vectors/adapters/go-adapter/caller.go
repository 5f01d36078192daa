package adapter

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// options contains what a caller can compare on the returned document. A field that is not set is not compared.
type options struct {
	maxAgeMs, maxFutureMs int64
	nonce                 []byte
	nonceWanted           bool
	userData, publicKey   expectation
	moduleID              *string
	policy                []map[uint64][][]byte
	// notDecided names a restriction that neither peer nor caller checks. A refusal still counts, an acceptance does not.
	notDecided string
}

type expectation struct {
	Mode  string `json:"mode"`
	Value string `json:"value"`
}

func (e expectation) compare(name string, value []byte) error {
	want, _ := hex.DecodeString(e.Value)
	switch {
	case e.Mode == "absent" && value != nil:
		return fmt.Errorf("%s is present", name)
	case e.Mode == "exact" && (value == nil || !bytes.Equal(value, want)):
		return fmt.Errorf("%s does not match", name)
	}
	return nil
}

// readOptions fails for options that the adapter cannot pass on.
func readOptions(raw map[string]json.RawMessage) (*options, error) {
	want := &options{maxAgeMs: math.MaxInt64}
	for key, value := range raw {
		if err := want.read(key, value); err != nil {
			return nil, err
		}
	}
	return want, nil
}

func (o *options) read(key string, value json.RawMessage) error {
	switch key {
	case "kind":
		return only(key, value, "enclave")
	case "time_mode":
		return only(key, value, "now")
	case "limits":
		return only(key, value, "default")
	case "not_before_leeway_ms", "not_after_leeway_ms":
		return only(key, value, "0")
	case "max_age_ms":
		if string(value) == `"unlimited"` {
			return nil
		}
		return json.Unmarshal(value, &o.maxAgeMs)
	case "max_future_ms":
		return json.Unmarshal(value, &o.maxFutureMs)
	case "nonce":
		o.nonceWanted = true
		return readHex(value, &o.nonce)
	case "user_data":
		return readExpectation(key, value, &o.userData)
	case "public_key":
		return readExpectation(key, value, &o.publicKey)
	case "module_id":
		return json.Unmarshal(value, &o.moduleID)
	case "pcr_policy":
		return o.readPolicy(value)
	case "flags":
		return o.readFlags(value)
	case "region", "deny":
		o.notDecided = key + " is not checked"
		return nil
	}
	return fmt.Errorf("option %s is not supported", key)
}

func only(key string, value json.RawMessage, supported string) error {
	var text string
	if json.Unmarshal(value, &text) != nil {
		text = string(value)
	}
	if text != supported {
		return fmt.Errorf("%s %s is not supported", key, text)
	}
	return nil
}

func readExpectation(key string, value json.RawMessage, out *expectation) error {
	if err := json.Unmarshal(value, out); err != nil {
		return err
	}
	if !slices.Contains(expectModes, out.Mode) {
		return fmt.Errorf("%s: mode %s is not supported", key, out.Mode)
	}
	return nil
}

func readHex(value json.RawMessage, out *[]byte) error {
	var text string
	if err := json.Unmarshal(value, &text); err != nil {
		return err
	}
	decoded, err := hex.DecodeString(text)
	*out = decoded
	return err
}

// readFlags ignores flags that only relax, and records a flag that restricts as not decided.
func (o *options) readFlags(value json.RawMessage) error {
	var flags []string
	if err := json.Unmarshal(value, &flags); err != nil {
		return err
	}
	for _, flag := range flags {
		if slices.Contains(restricting, flag) {
			o.notDecided = flag + " is not checked"
		} else if !slices.Contains(relaxing, flag) {
			return fmt.Errorf("flag %s is not supported", flag)
		}
	}
	return nil
}

func (o *options) readPolicy(value json.RawMessage) error {
	var file struct {
		Sets []struct {
			PCRs map[string][]string `json:"pcrs"`
		} `json:"sets"`
	}
	if err := json.Unmarshal(value, &file); err != nil {
		return err
	}
	o.policy = []map[uint64][][]byte{}
	for _, set := range file.Sets {
		pcrs := map[uint64][][]byte{}
		for text, values := range set.PCRs {
			index, err := strconv.ParseUint(text, 10, 64)
			if err != nil {
				return err
			}
			for _, v := range values {
				decoded, err := hex.DecodeString(v)
				if err != nil {
					return err
				}
				pcrs[index] = append(pcrs[index], decoded)
			}
		}
		o.policy = append(o.policy, pcrs)
	}
	return nil
}

func (o *options) compare(d *Document, nowMs int64) error {
	if d.TimestampMs > math.MaxInt64 || int64(d.TimestampMs) > nowMs+o.maxFutureMs {
		return errors.New("the timestamp is in the future")
	}
	if nowMs-int64(d.TimestampMs) > o.maxAgeMs {
		return errors.New("the document is too old")
	}
	if o.nonceWanted && !bytes.Equal(d.Nonce, o.nonce) {
		return errors.New("nonce does not match")
	}
	if o.moduleID != nil && d.ModuleID != *o.moduleID {
		return errors.New("module_id does not match")
	}
	if err := o.userData.compare("user_data", d.UserData); err != nil {
		return err
	}
	if err := o.publicKey.compare("public_key", d.PublicKey); err != nil {
		return err
	}
	return o.comparePolicy(d.PCRs)
}

// comparePolicy requires one set to match as a whole. The values of one PCR are alternatives.
func (o *options) comparePolicy(pcrs map[uint64][]byte) error {
	if o.policy == nil {
		return nil
	}
	for _, set := range o.policy {
		if matches(set, pcrs) {
			return nil
		}
	}
	return errors.New("no PCR set matches")
}

func matches(set map[uint64][][]byte, pcrs map[uint64][]byte) bool {
	for index, alternatives := range set {
		actual, present := pcrs[index]
		if !present || !among(alternatives, actual) {
			return false
		}
	}
	return true
}

func among(alternatives [][]byte, actual []byte) bool {
	for _, value := range alternatives {
		if bytes.Equal(value, actual) {
			return true
		}
	}
	return false
}
