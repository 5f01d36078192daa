/* See ber_tree.h. */
#include "fuzz/ber_tree.h"

#include <string.h>

struct input {
    const uint8_t *at, *end;
};

static bool read_length(struct input *in, struct fuzz_ber_node *node, size_t *len)
{
    if (in->at == in->end)
        return false;
    uint8_t first = *in->at++;
    size_t octets = first < 0x80 ? 0 : first & 0x7f;
    *len = first < 0x80 ? first : 0;
    node->indefinite = first == 0x80;
    node->length_octets = (uint8_t)octets;
    if (octets > 4 || octets > (size_t)(in->end - in->at))
        return false;
    for (size_t i = 0; i < octets; i++)
        *len = *len << 8 | *in->at++;
    return node->indefinite || *len <= (size_t)(in->end - in->at);
}

static uint16_t read_node(struct fuzz_ber_tree *tree, struct input *in, unsigned depth);

static bool read_children(struct fuzz_ber_tree *tree, uint16_t parent, struct input *in, unsigned depth)
{
    uint16_t *link = &tree->nodes[parent].child;
    bool indefinite = tree->nodes[parent].indefinite;
    while (in->at != in->end && !(indefinite && *in->at == 0)) {
        *link = read_node(tree, in, depth + 1);
        if (*link == FUZZ_BER_NONE)
            return false;
        link = &tree->nodes[*link].next;
    }
    if (!indefinite)
        return true;
    bool ended = in->end - in->at >= 2 && in->at[0] == 0 && in->at[1] == 0;
    in->at += ended ? 2 : 0;
    return ended;
}

static bool read_content(struct fuzz_ber_tree *tree, uint16_t at, struct input *in, size_t len, unsigned depth)
{
    struct fuzz_ber_node *node = &tree->nodes[at];
    if (!fuzz_ber_constructed(node)) {
        node->content = (natt_bytes){in->at, len};
        in->at += len;
        return !node->indefinite;
    }
    if (node->indefinite)
        return read_children(tree, at, in, depth);
    struct input inside = {in->at, in->at + len};
    in->at += len;
    return read_children(tree, at, &inside, depth);
}

static uint16_t read_node(struct fuzz_ber_tree *tree, struct input *in, unsigned depth)
{
    uint16_t at = tree->count;
    size_t len;
    if (depth == FUZZ_BER_DEPTH || at == FUZZ_BER_NODES || in->at == in->end)
        return FUZZ_BER_NONE;
    tree->count++;
    struct fuzz_ber_node *node = &tree->nodes[at];
    *node = (struct fuzz_ber_node){.tag = *in->at++, .child = FUZZ_BER_NONE, .next = FUZZ_BER_NONE};
    return read_length(in, node, &len) && read_content(tree, at, in, len, depth) ? at : FUZZ_BER_NONE;
}

bool fuzz_ber_read(struct fuzz_ber_tree *tree, natt_bytes in)
{
    struct input input = {in.ptr, in.ptr + in.len};
    tree->count = 0;
    return read_node(tree, &input, 0) == 0 && input.at == input.end;
}

uint16_t fuzz_ber_child(const struct fuzz_ber_tree *tree, uint16_t node, unsigned n)
{
    uint16_t child = node == FUZZ_BER_NONE ? FUZZ_BER_NONE : tree->nodes[node].child;
    for (; child != FUZZ_BER_NONE && n > 0; n--)
        child = tree->nodes[child].next;
    return child;
}

/* Writes backwards, so that each length is known before its head is written. */
struct output {
    uint8_t *start, *at;
    bool full;
};

static void put(struct output *o, const uint8_t *bytes, size_t len)
{
    o->full = o->full || (size_t)(o->at - o->start) < len;
    if (o->full || len == 0)
        return;
    o->at -= len;
    memcpy(o->at, bytes, len);
}

static void put_length(struct output *o, const struct fuzz_ber_node *node, size_t len)
{
    uint8_t octets[1 + 5] = {0}; /* one level more than the reader accepts */
    size_t count = node->length_octets;
    for (size_t least = 1; count == 0 && len >= 0x80; least++)
        count = len >> (8 * least) == 0 ? least : 0;
    for (size_t i = 0; i < count && i < 4; i++)
        octets[count - i] = (uint8_t)(len >> (8 * i));
    octets[0] = count == 0 ? (uint8_t)len : (uint8_t)(0x80 | count);
    put(o, octets, 1 + count);
}

static void put_node(struct output *o, const struct fuzz_ber_tree *tree, uint16_t at, unsigned depth);

/* Writes the children, last one first. */
static void put_siblings(struct output *o, const struct fuzz_ber_tree *tree, uint16_t first, unsigned depth)
{
    uint16_t all[FUZZ_BER_NODES], count = 0;
    for (uint16_t at = first; at != FUZZ_BER_NONE && count < FUZZ_BER_NODES; at = tree->nodes[at].next)
        all[count++] = at;
    while (count > 0)
        put_node(o, tree, all[--count], depth);
}

static void put_node(struct output *o, const struct fuzz_ber_tree *tree, uint16_t at, unsigned depth)
{
    static const uint8_t mark[] = {0, 0}, indefinite[] = {0x80};
    const struct fuzz_ber_node *node = &tree->nodes[at];
    bool marked = node->indefinite && fuzz_ber_constructed(node);
    o->full = o->full || depth > FUZZ_BER_DEPTH;
    if (o->full)
        return;
    if (marked)
        put(o, mark, sizeof mark);
    const uint8_t *end = o->at;
    if (fuzz_ber_constructed(node))
        put_siblings(o, tree, node->child, depth + 1);
    else
        put(o, node->content.ptr, node->content.len);
    if (marked)
        put(o, indefinite, sizeof indefinite);
    else
        put_length(o, node, (size_t)(end - o->at));
    put(o, &node->tag, 1);
}

size_t fuzz_ber_write(uint8_t *out, size_t room, const struct fuzz_ber_tree *tree)
{
    struct output o = {out, out + room, false};
    put_node(&o, tree, 0, 0);
    size_t len = o.full ? 0 : (size_t)(out + room - o.at);
    memmove(out, out + room - len, len);
    return len;
}

void fuzz_ber_normalise(struct fuzz_ber_tree *tree)
{
    for (uint16_t i = 0; i < tree->count; i++) {
        tree->nodes[i].indefinite = false;
        tree->nodes[i].length_octets = 0;
    }
}
