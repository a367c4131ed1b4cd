package expression

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenString
	tokenNumber
	tokenSymbol
)

type token struct {
	kind tokenKind
	text string
}

// is reports whether the token is the keyword, in any case.
func (t token) is(keyword string) bool {
	return t.kind == tokenName && strings.EqualFold(t.text, keyword)
}

type parser struct {
	source string
	names  Names
	pos    int
	depth  int
	token  token
	err    error

	options  Options
	channels bool // a name is a field of a worker's channel
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format+" before offset %d", append(args, p.pos)...)
	}
	p.token = token{}
	p.pos = len(p.source)
}

func (p *parser) scan() {
	p.pos += len(p.source[p.pos:]) - len(strings.TrimLeftFunc(p.source[p.pos:], unicode.IsSpace))
	rest := p.source[p.pos:]
	if rest == "" {
		p.token = token{}
		return
	}
	first, _ := utf8.DecodeRuneInString(rest)
	switch {
	case first == '"' || first == '\'':
		p.scanString(rest)
	case first == '_' || unicode.IsLetter(first):
		p.take(tokenName, rest, func(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) })
	case first >= '0' && first <= '9':
		p.take(tokenNumber, rest, func(r rune) bool { return r == '.' || (r >= '0' && r <= '9') })
	case first == '-' && len(rest) > 1 && rest[1] >= '0' && rest[1] <= '9':
		p.take(tokenNumber, rest, func(r rune) bool { return r == '-' || r == '.' || (r >= '0' && r <= '9') })
	default:
		p.scanSymbol(rest)
	}
}

func (p *parser) take(kind tokenKind, rest string, in func(rune) bool) {
	end := strings.IndexFunc(rest, func(r rune) bool { return !in(r) })
	if end < 0 {
		end = len(rest)
	}
	p.token = token{kind, rest[:end]}
	p.pos += end
}

func (p *parser) scanString(rest string) {
	end := strings.IndexByte(rest[1:], rest[0])
	if end < 0 {
		p.fail("unterminated string")
		return
	}
	if strings.Contains(rest[:end+1], `\`) {
		p.fail("undocumented escape in a string")
		return
	}
	p.token = token{tokenString, rest[1 : 1+end]}
	p.pos += end + 2
}

func (p *parser) scanSymbol(rest string) {
	for _, symbol := range []string{"==", "!=", "<=", ">=", "<", ">", "=", "(", ")", "[", "]", ",", "."} {
		if strings.HasPrefix(rest, symbol) {
			p.token = token{tokenSymbol, symbol}
			p.pos += len(symbol)
			return
		}
	}
	p.fail("unexpected %q", rest[:1])
}
