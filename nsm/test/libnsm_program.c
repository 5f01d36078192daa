/*
 * A program as users write it for AWS's header. That header is its only include; it uses types by their tags and by
 * their names, and functions through pointers of AWS's types. Also compiled as C++ (libnsm_program.cpp). Source: the
 * header that cbindgen generates from nsm-lib 0.5.1.
 */
#include <nsm.h>

/* All of AWS's declarations, as types; a different type of a parameter or result does not compile. */
static int32_t (*const init)(void) = nsm_lib_init;
static void (*const leave)(int32_t fd) = nsm_lib_exit;
static enum ErrorCode (*const extend)(int32_t, uint16_t, const uint8_t *, uint32_t, uint8_t *,
                                      uint32_t *) = nsm_extend_pcr;
static enum ErrorCode (*const describe)(int32_t, uint16_t, bool *, uint8_t *, uint32_t *) = nsm_describe_pcr;
static enum ErrorCode (*const lock)(int32_t, uint16_t) = nsm_lock_pcr;
static enum ErrorCode (*const lock_first)(int32_t, uint16_t) = nsm_lock_pcrs;
static enum ErrorCode (*const get_description)(int32_t, struct NsmDescription *) = nsm_get_description;
static enum ErrorCode (*const attest)(int32_t, const uint8_t *, uint32_t, const uint8_t *, uint32_t, const uint8_t *,
                                      uint32_t, uint8_t *, uint32_t *) = nsm_get_attestation_doc;
static enum ErrorCode (*const get_random)(int32_t, uint8_t *, uintptr_t *) = nsm_get_random;

/* AWS's numbers; a negative size does not compile. */
typedef char error_codes_are_those_of_aws
    [ERROR_CODE_SUCCESS == 0 && ERROR_CODE_INVALID_ARGUMENT == 1 && ERROR_CODE_INVALID_INDEX == 2 &&
             ERROR_CODE_INVALID_RESPONSE == 3 && ERROR_CODE_READ_ONLY_INDEX == 4 && ERROR_CODE_INVALID_OPERATION == 5 &&
             ERROR_CODE_BUFFER_TOO_SMALL == 6 && ERROR_CODE_INPUT_TOO_LARGE == 7 && ERROR_CODE_INTERNAL_ERROR == 8
         ? 1
         : -1];
typedef char digests_are_those_of_aws[DIGEST_SHA256 == 0 && DIGEST_SHA384 == 1 && DIGEST_SHA512 == 2 ? 1 : -1];
typedef char enumerations_have_four_bytes[sizeof(ErrorCode) == 4 && sizeof(Digest) == 4 ? 1 : -1];

/* AWS's members in AWS's order, with their types and sizes. */
struct member_types {
    struct NsmDescription d;
    uint16_t *numbers[4];
    uint8_t (*module_id)[100];
    uint16_t (*locked_pcrs)[64];
    uint32_t *lengths[2];
    enum Digest *digest;
};

static struct member_types members;

static void take_members(struct member_types *m)
{
    m->numbers[0] = &m->d.version_major;
    m->numbers[1] = &m->d.version_minor;
    m->numbers[2] = &m->d.version_patch;
    m->numbers[3] = &m->d.max_pcrs;
    m->module_id = &m->d.module_id;
    m->locked_pcrs = &m->d.locked_pcrs;
    m->lengths[0] = &m->d.module_id_len;
    m->lengths[1] = &m->d.locked_pcrs_len;
    m->digest = &m->d.digest;
}

static size_t place(const void *member)
{
    return (size_t)((const char *)member - (const char *)&members.d);
}

/* The offsets in AWS's library on a 64-bit machine; every machine with these types has the same. */
static bool layout_is_that_of_aws(void)
{
    take_members(&members);
    return place(members.numbers[0]) == 0 && place(members.numbers[1]) == 2 && place(members.numbers[2]) == 4 &&
           place(members.module_id) == 6 && place(members.lengths[0]) == 108 && place(members.numbers[3]) == 112 &&
           place(members.locked_pcrs) == 114 && place(members.lengths[1]) == 244 && place(members.digest) == 248 &&
           sizeof members.d == 252;
}

/* AWS's header also includes stdarg.h. */
static unsigned count(unsigned arguments, ...)
{
    va_list list;
    unsigned sum = 0;
    va_start(list, arguments);
    for (unsigned i = 0; i < arguments; i++)
        sum += va_arg(list, unsigned);
    va_end(list);
    return sum;
}

/* from stdlib.h: without a device, such a program cannot continue. */
static uint8_t *take_memory(size_t len)
{
    uint8_t *memory = (uint8_t *)calloc(1, len);
    if (memory == NULL)
        exit(EXIT_FAILURE);
    return memory;
}

static bool calls_fail_without_a_device(int32_t fd)
{
    uint32_t len = 4096;
    uintptr_t random_len = 32;
    bool locked = true;
    uint8_t *memory = take_memory(len);
    struct NsmDescription description;
    bool failed = extend(fd, 16, memory, 0, memory, &len) != ERROR_CODE_SUCCESS &&
                  describe(fd, 0, &locked, memory, &len) != ERROR_CODE_SUCCESS && lock(fd, 16) != ERROR_CODE_SUCCESS &&
                  lock_first(fd, 16) != ERROR_CODE_SUCCESS && get_description(fd, &description) != ERROR_CODE_SUCCESS &&
                  attest(fd, NULL, 0, NULL, 0, NULL, 0, memory, &len) != ERROR_CODE_SUCCESS &&
                  get_random(fd, memory, &random_len) == ERROR_CODE_INVALID_ARGUMENT;
    free(memory);
    return failed;
}

int main(void)
{
    int32_t fd = init();
    bool right = layout_is_that_of_aws() && count(3, 1u, 2u, 3u) == 6 && calls_fail_without_a_device(-1);
    leave(fd);
    return right ? EXIT_SUCCESS : EXIT_FAILURE;
}
