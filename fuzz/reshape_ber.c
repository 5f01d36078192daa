/*
 * A mutator for BER: it changes the tag, the form of the length or the content of one element, or duplicates, removes
 * or splits it, and corrects the lengths of all enclosing elements. Linked into targets whose input is a byte and a
 * message, in builds with a fuzzer.
 */
#include "fuzz/ber_tree.h"

#include <stdlib.h>
#include <string.h>

#define MAX_MESSAGE 8192

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

static struct fuzz_ber_tree tree;
static uint8_t scratch[MAX_MESSAGE];

static uint16_t add_behind(uint16_t at)
{
    if (tree.count == FUZZ_BER_NODES)
        return FUZZ_BER_NONE;
    uint16_t added = tree.count++;
    tree.nodes[added] = tree.nodes[at];
    tree.nodes[at].next = added;
    return added;
}

static void change_length(struct fuzz_ber_node *node, unsigned choice)
{
    node->indefinite = choice % 2 == 0 && fuzz_ber_constructed(node);
    node->length_octets = choice % 2 == 0 ? 0 : (uint8_t)(2 + choice / 2 % 4);
}

static void change_tag(struct fuzz_ber_node *node, unsigned choice)
{
    static const uint8_t primitive[] = {0x02, 0x04, 0x05, 0x06, 0x80, 0x81, 0x00};
    static const uint8_t constructed[] = {0x30, 0x31, 0xa0, 0xa1, 0xa2, 0x24};
    node->tag =
        fuzz_ber_constructed(node) ? constructed[choice % sizeof constructed] : primitive[choice % sizeof primitive];
}

static void change_content(struct fuzz_ber_node *node)
{
    if (fuzz_ber_constructed(node) || node->content.len > sizeof scratch - 64)
        return;
    memcpy(scratch, node->content.ptr, node->content.len);
    node->content = (natt_bytes){scratch, LLVMFuzzerMutate(scratch, node->content.len, node->content.len + 32)};
}

/* Splits a string into two; splits undivided content into segments, or merges segments. */
static void split(uint16_t at, unsigned choice)
{
    struct fuzz_ber_node *node = &tree.nodes[at];
    if (fuzz_ber_constructed(node))
        return;
    natt_bytes all = node->content;
    size_t first = all.len > 0 ? choice % (all.len + 1) : 0;
    uint16_t second = add_behind(at);
    if (second == FUZZ_BER_NONE)
        return;
    node->content = (natt_bytes){all.ptr, first};
    tree.nodes[second].content = (natt_bytes){all.ptr + first, all.len - first};
}

static void wrap(uint16_t at)
{
    struct fuzz_ber_node *node = &tree.nodes[at];
    if (fuzz_ber_constructed(node) || tree.count == FUZZ_BER_NODES)
        return;
    uint16_t piece = tree.count++;
    tree.nodes[piece] =
        (struct fuzz_ber_node){.tag = 0x04, .content = node->content, .child = FUZZ_BER_NONE, .next = FUZZ_BER_NONE};
    node->tag |= 0x20;
    node->indefinite = true;
    node->child = piece;
}

static void drop_next(struct fuzz_ber_node *node)
{
    if (node->next != FUZZ_BER_NONE)
        node->next = tree.nodes[node->next].next;
}

static void change(uint16_t at, unsigned what, unsigned choice)
{
    struct fuzz_ber_node *node = &tree.nodes[at];
    switch (what) {
    case 0:
        change_tag(node, choice);
        return;
    case 1:
        (void)add_behind(at);
        return;
    case 2:
        drop_next(node);
        return;
    case 3:
        split(at, choice);
        return;
    case 4:
        wrap(at);
        return;
    case 5:
        change_content(node);
        return;
    default:
        change_length(node, choice);
    }
}

static size_t mutate(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    static uint8_t out[MAX_MESSAGE];
    natt_bytes message = {data + 1, size > 0 ? size - 1 : 0};
    if (seed % 4 == 0 || size < 2 || max_size > sizeof out || !fuzz_ber_read(&tree, message))
        return LLVMFuzzerMutate(data, size, max_size);
    change((uint16_t)(seed / 32 % tree.count), seed / 4 % 8, seed / 32 / tree.count);
    size_t len = fuzz_ber_write(out, max_size - 1, &tree);
    if (len == 0)
        return LLVMFuzzerMutate(data, size, max_size);
    memcpy(data + 1, out, len);
    return 1 + len;
}

/* Occasionally sets the first byte to request a private key operation, which takes milliseconds. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    size_t len = mutate(data, size, max_size, seed);
    if (len > 0)
        data[0] = seed % 64 != 5;
    return len;
}
