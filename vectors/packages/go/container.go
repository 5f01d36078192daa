package vectors

import (
	"bytes"
	"compress/zlib"
	_ "embed"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
)

//go:embed vectors.pack
var pack []byte

var errPack = errors.New("vectors.pack is damaged")

// reader reads numbers and bytes. After the first error all results are empty.
type reader struct {
	data []byte
	err  error
}

func (r *reader) number() int {
	value, size := binary.Uvarint(r.data)
	if size <= 0 || value > 1<<31 {
		r.data, r.err = nil, errPack
		return 0
	}
	r.data = r.data[size:]
	return int(value)
}

func (r *reader) bytes() []byte {
	size := r.number()
	if size > len(r.data) {
		r.data, r.err = nil, errPack
		return nil
	}
	taken := r.data[:size]
	r.data = r.data[size:]
	return taken
}

// expand undoes the copies.
func expand(data []byte) ([]byte, error) {
	r, out := reader{data: data}, []byte{}
	for {
		out = append(out, r.bytes()...)
		if len(r.data) == 0 {
			return out, r.err
		}
		length, distance := r.number(), r.number()
		if distance > len(out) || length > distance {
			return nil, errPack
		}
		begin := len(out) - distance
		out = append(out, out[begin:begin+length]...)
	}
}

// decode returns the files of a container, as CONTAINER.md describes it.
func decode(container []byte) (map[string][]byte, error) {
	inflate, err := zlib.NewReader(bytes.NewReader(container))
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(inflate)
	if err != nil {
		return nil, err
	}
	stream, err := expand(data)
	if err != nil {
		return nil, err
	}
	r := reader{data: stream}
	var text bytes.Buffer
	for n, part := range bytes.Split(r.bytes(), []byte{0}) {
		if n > 0 {
			text.WriteString(base64.StdEncoding.EncodeToString(r.bytes()))
		}
		text.Write(part)
	}
	files, parts := map[string][]byte{}, bytes.Split(text.Bytes(), []byte{1})
	for n := 0; n+1 < len(parts); n += 2 {
		files[string(parts[n])] = parts[n+1]
	}
	return files, r.err
}
