/*
 * Any BER as a tree: the mutator of cms changes it, and the property of cms writes it as DER. Independent of the tested
 * reader.
 */
#ifndef NATT_FUZZ_BER_TREE_H
#define NATT_FUZZ_BER_TREE_H

#include "nitro_attest/base.h"

#define FUZZ_BER_NODES 2200 /* for a message of 4096 bytes, since each element has at least two */
#define FUZZ_BER_DEPTH 24
#define FUZZ_BER_NONE  0xffff

struct fuzz_ber_node {
    uint8_t tag; /* one octet, whatever the tag number */
    bool indefinite;
    uint8_t length_octets; /* 0 = the shortest form, else the long form with that many bytes */
    natt_bytes content;    /* of a primitive element */
    uint16_t child, next;
};

struct fuzz_ber_tree {
    struct fuzz_ber_node nodes[FUZZ_BER_NODES];
    uint16_t count; /* node 0 is the outermost */
};

static inline bool fuzz_ber_constructed(const struct fuzz_ber_node *n)
{
    return (n->tag & 0x20) != 0;
}

/* Parses one element that fills the input. */
bool fuzz_ber_read(struct fuzz_ber_tree *tree, natt_bytes in);

/* Returns the n-th child of a node, or FUZZ_BER_NONE. */
uint16_t fuzz_ber_child(const struct fuzz_ber_tree *tree, uint16_t node, unsigned n);

/* Encodes the nodes. Returns 0 if the buffer is too small. */
size_t fuzz_ber_write(uint8_t *out, size_t room, const struct fuzz_ber_tree *tree);

/* Sets every length to its shortest definite form. */
void fuzz_ber_normalise(struct fuzz_ber_tree *tree);

#endif
