"""libnsm.so.0 exports AWS's nine functions and nothing else, and needs only the C library. Usage: LIBRARY"""
import re
import subprocess
import sys

WANTED = {'nsm_lib_init', 'nsm_lib_exit', 'nsm_extend_pcr', 'nsm_describe_pcr', 'nsm_lock_pcr', 'nsm_lock_pcrs',
          'nsm_get_description', 'nsm_get_attestation_doc', 'nsm_get_random'}
# Builds with a sanitizer also need its run-time library; some linkers add their own symbols.
NEEDED = re.compile(r'^(lib(c|pthread|asan|ubsan|gcov|m)|ld-linux.*)\.so')
LINKER_MADE = {'_init', '_fini', '_edata', '_end', '__bss_start'}


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


library = sys.argv[1]
rows = [line.split() for line in run('nm', '-D', '-P', '--defined-only', library).splitlines()]
exported = {row[0].split('@')[0] for row in rows if row[1] not in 'UwvA'} - LINKER_MADE
dynamic = run('readelf', '-d', library)
soname = re.search(r'SONAME\)[^\[]*\[([^\]]*)\]', dynamic).group(1)
foreign = [n for n in re.findall(r'NEEDED\)[^\[]*\[([^\]]*)\]', dynamic) if not NEEDED.match(n)]
faults = ['missing: ' + n for n in sorted(WANTED - exported)] + ['not asked for: ' + n
                                                                 for n in sorted(exported - WANTED)]
faults += ['needs ' + n for n in foreign] + (['SONAME is ' + soname] if soname != 'libnsm.so.0' else [])
print('\n'.join(faults) or '%d functions, SONAME %s' % (len(exported), soname))
sys.exit(1 if faults else 0)
