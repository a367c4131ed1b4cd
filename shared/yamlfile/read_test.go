package yamlfile

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"testing"
)

type shop struct {
	Name    string            `yaml:"name"`
	Open    bool              `yaml:"open,omitempty"`
	Shelves []shelf           `yaml:"shelves"`
	Labels  map[string]string `yaml:"labels"`
}

type shelf struct {
	Width int    `yaml:"width"`
	Even  string `yaml:"even"`
}

func TestErrorsNameThePlace(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, want string }{
		{"no YAML", "name: [\n", "shop.yaml:1: this is not YAML: did not find expected node content while parsing a flow node: look at the indentation, colons and quotes here and in the line above"},
		{"an open quote", "name: 'x\nopen: true\n", "shop.yaml:2: this is not YAML: found unexpected end of stream while scanning a quoted scalar that begins in line 1: look at the indentation, colons and quotes here and in the line above"},
		{"a tab", "name:\n\t- x\n", "shop.yaml:2: this is not YAML: found character that cannot start any token while scanning for the next token: indent with spaces, YAML takes no tabs"},
		{"two documents", "name: x\n---\nname: y\n", "shop.yaml:2: want one document, and there is a second one below ---"},
		{"an unknown key", "name: x\nnmae: y\n", `shop.yaml:2: unknown key "nmae"; the keys here are name, open, shelves, labels`},
		{"an unknown key deep down", "shelves:\n  - width: 3\n    hight: 4\n", `shop.yaml:3: unknown key "hight"; the keys here are width, even`},
		{"another kind", "open: perhaps\n", `shop.yaml:1: open: want true or false, not "perhaps"`},
		{"no number", "shelves:\n  - width: wide\n", `shop.yaml:2: shelves[0].width: want a whole number, not "wide"`},
		{"no list", "shelves: x\n", "shop.yaml:1: shelves: want a list, not a text"},
		{"no keys", "labels: 3\n", "shop.yaml:1: labels: want keys with values, not a number"},
		{"a list of all", "- x\n", "shop.yaml:1: want keys with values, not a list"},
		{"a tag", "name: x\nshelves: !important y\n", "shop.yaml:2: shelves: there is a tag, !important: write the value alone, and in quotes when it begins with !"},
		{"a tag behind an anchor", "shelves: &all !list y\n", "shop.yaml:1: shelves: there is an anchor, a value that begins with &: write the value alone, and in quotes when it begins so"},
		{"a tag alone", "!\n", "shop.yaml:1: there is a tag, !: write the value alone, and in quotes when it begins with !"},
		{"an anchor", "name: &n x\n", "shop.yaml:1: name: there is an anchor, a value that begins with &: write the value alone, and in quotes when it begins so"},
		{"an alias", "name: x\nlabels: *n\n", "shop.yaml:2: there is an alias, a value that begins with *: write out what it stands for, and in quotes when it begins so"},
		{"a merge", "name: x\n<<: {open: true}\n", "shop.yaml:2: <<: there is <<: write out the keys that it stands for"},
		{"a key that is a list", "name: x\nlabels:\n  [a]: b\n", "shop.yaml:3: labels: want a text as a key, not a list"},
		{"a key that is keys", "? {a: b}\n: c\n", "shop.yaml:1: want a text as a key, not keys with values"},
		{"a key twice", "1: x\n'1': y\n", "shop.yaml:2: 1: this key stands in line 1 too: leave out one of the two"},
		{"a key that is a number", "name: x\n1: y\n", `shop.yaml:2: unknown key "1"; the keys here are name, open, shelves, labels`},
		{"a key that is null", "name: x\n~: y\n", `shop.yaml:2: unknown key "~"; the keys here are name, open, shelves, labels`},
		{"a key that is true, deep down", "shelves:\n  - true: y\n", `shop.yaml:2: unknown key "true"; the keys here are width, even`},
		{"a key that is a number, deep down", "shelves:\n  - 1: y\n", `shop.yaml:2: unknown key "1"; the keys here are width, even`},
		{"a key with dots", "shelves:\n  - width: 3\n    a.b: y\n", `shop.yaml:3: unknown key "a.b"; the keys here are width, even`},
		{"a directive", "# a shop\n%YAML 1.2\n---\nname: x\n", "shop.yaml:2: there is a directive, a line that begins with %: leave it out"},
		{"another directive", "\r\n%TAG ! tag:example.com,2026:\r\n---\r\nname: x\r\n", "shop.yaml:2: there is a directive, a line that begins with %: leave it out"},
		{"Latin-1", "open: true\nname: Z\xfcrich\n", "shop.yaml:2: this is not UTF-8: save the file as UTF-8"},
		{"UTF-16", "\xff\xfen\x00", "shop.yaml:1: this is not UTF-8: save the file as UTF-8"},
		{"a control character", "name: x\n\x00\n", "shop.yaml:2: there is a control character, U+0000: take it out"},
		{"a line break of its own kind", "name: 'x\u0085y'\n", "shop.yaml:1: there is a control character, U+0085: take it out"},
		{"no character", "name: x\nopen: \ufffe\n", "shop.yaml:2: there is a control character, U+FFFE: take it out"},
		{"half a number", "shelves:\n  - width: 1.5\n", `shop.yaml:2: shelves[0].width: want a whole number, not "1.5"`},
		{"a number in quotes", "shelves:\n  - width: '3'\n", `shop.yaml:2: shelves[0].width: want a whole number, not "3"`},
		{"an octal number", "shelves:\n  - width: 010\n", `shop.yaml:2: shelves[0].width: want a whole number, not "010"`},
		{"a number too large", "shelves:\n  - width: 99999999999999999999\n", `shop.yaml:2: shelves[0].width: want a whole number, not "99999999999999999999"`},
		{"a list for a number", "shelves:\n  - width: [3]\n", "shop.yaml:2: shelves[0].width: want a whole number, not a list"},
		{"no text", "name: [x]\n", "shop.yaml:1: name: want a text, not a list"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			node, err := Parse("shop.yaml", []byte(test.file))
			if err == nil {
				err = Decode("shop.yaml", node, &shop{})
			}
			var wrong *Error
			if !errors.As(err, &wrong) || wrong.Error() != test.want {
				t.Errorf("err = %v\nwant  %s", err, test.want)
			}
		})
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	node, err := Parse("shop.yaml", []byte("name: x\nshelves:\n  - width: 1\n  - width: 2\n"))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]int{"shelves[1].width": 4, "shelves[1].even": 4, "name": 1, "labels": 0, "": 0} {
		if got := Line(node, path); got != want {
			t.Errorf("Line(%q) = %d, want %d", path, got, want)
		}
	}
}

func TestAnEmptyFileHasNoDocument(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"", "\n", "# nothing\n"} {
		if node, err := Parse("shop.yaml", []byte(file)); err != nil || node != nil {
			t.Errorf("Parse(%q) = %v, %v", file, node, err)
		}
	}
}

func TestNumbersStayAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	node, err := Parse("shop.yaml", []byte("name: +14155550199\n"))
	if err != nil {
		t.Fatal(err)
	}
	var read shop
	if err := Decode("shop.yaml", node, &read); err != nil || read.Name != "+14155550199" {
		t.Errorf("name = %q, %v", read.Name, err)
	}
}

func TestKeysStayAsTheyWereWritten(t *testing.T) {
	t.Parallel()
	node, err := Parse("shop.yaml", []byte("\ufefflabels: {+14155550199: a, 010: b, true: c}\r\nname: x\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	var read shop
	err = Decode("shop.yaml", node, &read)
	want := map[string]string{"+14155550199": "a", "010": "b", "true": "c"}
	if err != nil || !maps.Equal(read.Labels, want) || read.Name != "x" {
		t.Errorf("labels = %q, name = %q, %v, want %q", read.Labels, read.Name, err, want)
	}
}

type word string

// cup has json tags alone.
type cup struct {
	Size   *int            `json:"size,omitempty"`
	Colors map[word]word   `json:"colors"`
	Lists  [][]word        `yaml:"lists" json:"other"`
	Free   json.RawMessage `json:"free"`
	Hidden string          `json:"-"`
}

func TestDecodeFollowsJSONTags(t *testing.T) {
	t.Parallel()
	document, err := Parse("cup.yaml", []byte("size: 0\ncolors: {a: 1, b: no}\nlists: [[x], []]\nfree: {n: 1.50, t: +1206, l: [null, true]}\n"))
	if err != nil {
		t.Fatal(err)
	}
	var read cup
	if err := Decode("cup.yaml", document, &read); err != nil {
		t.Fatal(err)
	}
	want := cup{
		Size:   new(int),
		Colors: map[word]word{"a": "1", "b": "no"},
		Lists:  [][]word{{"x"}, {}},
		Free:   json.RawMessage(`{"l":[null,true],"n":1.50,"t":"+1206"}`),
	}
	if !reflect.DeepEqual(read, want) {
		t.Errorf("read %+v (free %s), want %+v", read, read.Free, want)
	}
}

func TestUnknownKeysNameJSONTags(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, want string }{
		{"hidden", "'-': x", `cup.yaml:1: unknown key "-"; the keys here are size, colors, lists, free`},
		{"the other tag", "other: x", `cup.yaml:1: unknown key "other"; the keys here are size, colors, lists, free`},
		{"free, but no JSON", "free: {a: .inf}", "cup.yaml:1: free.a: want a number such as 0.5, or a text in quotes, not .inf"},
		{"no number", "size: much", `cup.yaml:1: size: want a whole number, not "much"`},
	}
	for _, test := range tests {
		document, err := Parse("cup.yaml", []byte(test.file))
		if err != nil {
			t.Fatal(err)
		}
		if err := Decode("cup.yaml", document, &cup{}); err == nil || err.Error() != test.want {
			t.Errorf("%s: err = %v, want %s", test.name, err, test.want)
		}
	}
}
