# SPDX-License-Identifier: Apache-2.0
# cmake -DNODE=… -DNPM=… -DSOURCE=console -DBUILD=build/console -P build_console.cmake
#
# Installs what package-lock.json names when that has changed, builds the pages, and writes
# BUILD/assets.cc. When the packages cannot be had, a source that says so is written instead.
file(MAKE_DIRECTORY ${BUILD})
set(installed ${BUILD}/installed.txt)
file(SHA256 ${SOURCE}/package-lock.json lock)
set(before "")
if(EXISTS ${installed} AND EXISTS ${SOURCE}/node_modules)
  file(READ ${installed} before)
endif()
# A Node from the registry trusts the authorities that it was built with; the host may have one of its own.
set(authorities /etc/ssl/certs/ca-certificates.crt)
if(NOT DEFINED ENV{NODE_EXTRA_CA_CERTS} AND EXISTS ${authorities})
  set(ENV{NODE_EXTRA_CA_CERTS} ${authorities})
endif()
if(NOT before STREQUAL lock)
  execute_process(COMMAND ${NPM} ci --no-audit --no-fund --ignore-scripts
                  WORKING_DIRECTORY ${SOURCE} RESULT_VARIABLE failed)
  if(failed)
    message(WARNING "The console is left out: npm ci failed")
    file(REMOVE ${installed})
    file(WRITE ${BUILD}/assets.cc
         "#undef POSTERN_CONSOLE_ABSENCE\n"
         "#define POSTERN_CONSOLE_ABSENCE \"This posternd was built without its console: its npm packages could not be installed.\"\n"
         "#include \"console/no_assets.cc\"\n")
    return()
  endif()
  file(WRITE ${installed} ${lock})
endif()

function(run)
  execute_process(COMMAND ${NODE} ${ARGN} WORKING_DIRECTORY ${SOURCE} RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "The console could not be built")
  endif()
endfunction()

run(node_modules/typescript/bin/tsc --noEmit)
run(node_modules/vite/bin/vite.js build --outDir ${BUILD}/dist --emptyOutDir --logLevel warn)
run(tools/embed.mjs ${BUILD}/dist ${BUILD})
