// As driver.py.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	vectors "nitro-attest.invalid/nitro-attest-vectors"
)

var verdicts map[string]json.RawMessage

func verify(v *vectors.Vector) vectors.Verdict {
	key := v.ID
	if v.Sequence != "" {
		key = v.Sequence + "/" + v.ID
	}
	var word string
	if json.Unmarshal(verdicts[key], &word) != nil {
		var values map[string]any
		must(json.Unmarshal(verdicts[key], &values))
		if timestamp, ok := values["timestamp"].(float64); ok {
			values["timestamp"] = int64(timestamp)
		}
		return vectors.AcceptWith(values)
	}
	switch word {
	case "accept":
		return vectors.Accept
	case "refuse":
		return vectors.Refuse
	case "unsupported":
		return vectors.Unsupported
	}
	panic("planned  crash")
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func main() {
	files, err := vectors.Files()
	must(err)
	for name, content := range files {
		must(os.WriteFile(filepath.Join(os.Args[1], strings.ReplaceAll(name, "/", "_")), content, 0o600))
	}
	for plan := os.Args[2:]; len(plan) > 0; plan = plan[3:] {
		text, err := os.ReadFile(plan[0])
		must(err)
		verdicts = nil
		must(json.Unmarshal(text, &verdicts))
		report, err := vectors.Run(vectors.Config{Exceptions: plan[1], SkipTags: strings.Fields(plan[2])}, verify)
		must(err)
		fmt.Println(report)
	}
}
