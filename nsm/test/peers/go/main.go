// Every request of github.com/hf/nsm, unmodified, and the answers of an NSM as it is after boot.
// Usage: peer [FILE]: writes the attestation document there.
package main

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"sync"

	"github.com/hf/nsm"
	"github.com/hf/nsm/request"
	"github.com/hf/nsm/response"
)

// SHA-384 of 48 zero bytes and these.
const extension = "0b00374863ff5c65"
const extended = "b33da05a0fdb71627c8c68fc4232281fc440edd6f0ac7467fa497bbb907db32d957b5fd393845fa02c264ad5ea233888"

func check(ok bool, what string, got ...interface{}) {
	if !ok {
		fmt.Fprintln(os.Stderr, append([]interface{}{"wrong:", what}, got...)...)
		os.Exit(1)
	}
}

func send(session *nsm.Session, req request.Request) response.Response {
	res, err := session.Send(req)
	check(err == nil, fmt.Sprintf("%T", req), err)
	return res
}

func pcr(session *nsm.Session, index uint16) *response.DescribePCR {
	res := send(session, &request.DescribePCR{Index: index})
	check(res.DescribePCR != nil && len(res.DescribePCR.Data) == 48, "DescribePCR", index, res.Error)
	return res.DescribePCR
}

func checkPCRs(session *nsm.Session) {
	data, _ := hex.DecodeString(extension)
	check(pcr(session, 0).Lock, "PCR0 is locked")
	check(!pcr(session, 16).Lock && bytes.Equal(pcr(session, 16).Data, make([]byte, 48)), "PCR16 is free and zero")
	res := send(session, &request.ExtendPCR{Index: 16, Data: data})
	check(res.ExtendPCR != nil && hex.EncodeToString(res.ExtendPCR.Data) == extended, "ExtendPCR", res.Error)
	check(bytes.Equal(pcr(session, 16).Data, res.ExtendPCR.Data), "PCR16 keeps its value")
	check(send(session, &request.LockPCR{Index: 16}).LockPCR != nil, "LockPCR")
	check(pcr(session, 16).Lock, "PCR16 is locked")
	check(send(session, &request.ExtendPCR{Index: 16, Data: data}).Error == response.ECReadOnlyIndex, "a locked PCR")
	check(send(session, &request.LockPCRs{Range: 20}).LockPCRs != nil, "LockPCRs")
	check(pcr(session, 19).Lock && !pcr(session, 20).Lock, "PCRs below 20 are locked")
	check(send(session, &request.DescribePCR{Index: 50}).Error == "InvalidIndex", "PCR50")
}

func checkDevice(session *nsm.Session) {
	d := send(session, &request.DescribeNSM{}).DescribeNSM
	check(d != nil && d.VersionMajor == 1 && d.MaxPCRs == 32 && d.Digest == response.DigestSHA384, "DescribeNSM", d)
	check(len(d.LockedPCRs) == 16 && d.LockedPCRs[15] == 15 && d.ModuleID[:2] == "i-", "DescribeNSM", d)
}

func checkAttestation(session *nsm.Session, path string) {
	attestation := &request.Attestation{UserData: []byte("user data"), Nonce: []byte("a nonce"), PublicKey: []byte("key")}
	res := send(session, attestation)
	check(res.Attestation != nil, "Attestation", res.Error)
	document := res.Attestation.Document
	check(bytes.HasPrefix(document, []byte("\x84\x44\xa1\x01\x38\x22\xa0\x59")), "the document's head")
	for _, part := range []string{"user data", "a nonce", "key"} {
		check(bytes.Contains(document, []byte(part)), "the document contains", part)
	}
	check(send(session, &request.Attestation{}).Attestation != nil, "Attestation of nothing")
	if path != "" {
		check(os.WriteFile(path, document, 0o644) == nil, "writing", path)
	}
}

func checkRandom(session *nsm.Session) {
	var group sync.WaitGroup
	for i := 0; i < 8; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			a, b := make([]byte, 1000), make([]byte, 1000)
			for j := 0; j < 50; j++ {
				n, err := session.Read(a)
				check(n == len(a) && err == nil && !bytes.Equal(a, b), "GetRandom", err)
				a, b = b, a
			}
		}()
	}
	group.Wait()
}

func main() {
	session, err := nsm.OpenDefaultSession()
	check(err == nil, "open", err)
	checkDevice(session)
	checkPCRs(session)
	checkAttestation(session, append(os.Args, "")[1])
	checkRandom(session)
	check(session.Close() == nil, "close")
	fmt.Println("ok")
}
