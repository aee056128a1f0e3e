; Installs for one user, without rights of an administrator: program, start menu, smartcinema: links, film files.
;   makensis -WX -DVERSION=0.1.0 -DSOURCE=build\dist\smart-cinema -DOUT=smart-cinema-0.1.0-windows.exe smart-cinema.nsi
; It compiles on every system that has makensis; /S installs in silence, for updates and administrators.

!ifndef VERSION | SOURCE | OUT
  !error "VERSION, SOURCE and OUT must be defined"
!endif

Unicode true
ManifestDPIAware true
RequestExecutionLevel user
SetCompressor /SOLID lzma
CRCCheck force

Name "Smart Cinema"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Smart Cinema"
InstallDirRegKey HKCU "Software\Smart Cinema" "Folder"
BrandingText "Smart Cinema ${VERSION}"
VIProductVersion "${VERSION}.0"
VIAddVersionKey "ProductName" "Smart Cinema"
VIAddVersionKey "FileDescription" "Smart Cinema, installer"
VIAddVersionKey "FileVersion" "${VERSION}"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "LegalCopyright" "GPL-3.0-or-later"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\Smart Cinema"
!define CLASSES "Software\Classes"

!include MUI2.nsh
!include FileFunc.nsh
!define MUI_ICON "..\icons\smart-cinema.ico"
!define MUI_UNICON "..\icons\smart-cinema.ico"
!define MUI_FINISHPAGE_RUN "$INSTDIR\smart-cinema.exe"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "SimpChinese"
!insertmacro MUI_LANGUAGE "TradChinese"
!insertmacro MUI_LANGUAGE "Spanish"
!insertmacro MUI_LANGUAGE "Italian"
!insertmacro MUI_LANGUAGE "Korean"
!insertmacro MUI_LANGUAGE "French"

LangString OPEN ${LANG_ENGLISH} "Smart Cinema is open. Close it and try again."
LangString OPEN ${LANG_SIMPCHINESE} "Smart Cinema 正在运行，请关闭后重试。"
LangString OPEN ${LANG_TRADCHINESE} "Smart Cinema 正在執行，請關閉後再試。"
LangString OPEN ${LANG_SPANISH} "Smart Cinema está abierto. Ciérrelo e inténtelo de nuevo."
LangString OPEN ${LANG_ITALIAN} "Smart Cinema è aperto. Chiudilo e riprova."
LangString OPEN ${LANG_KOREAN} "Smart Cinema가 실행 중입니다. 종료한 다음 다시 시도하십시오."
LangString OPEN ${LANG_FRENCH} "Smart Cinema est ouvert. Fermez-le, puis réessayez."
LangString PLAY ${LANG_ENGLISH} "Play with Smart Cinema"
LangString PLAY ${LANG_SIMPCHINESE} "用 Smart Cinema 播放"
LangString PLAY ${LANG_TRADCHINESE} "以 Smart Cinema 播放"
LangString PLAY ${LANG_SPANISH} "Reproducir con Smart Cinema"
LangString PLAY ${LANG_ITALIAN} "Riproduci con Smart Cinema"
LangString PLAY ${LANG_KOREAN} "Smart Cinema로 재생"
LangString PLAY ${LANG_FRENCH} "Lire avec Smart Cinema"

; A running program's file cannot be opened for writing: asked before anything is taken away.
!macro WaitUntilClosed
  again:
  IfFileExists "$INSTDIR\smart-cinema.exe" 0 closed
  ClearErrors
  FileOpen $0 "$INSTDIR\smart-cinema.exe" a
  IfErrors 0 free
  MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(OPEN)" /SD IDCANCEL IDRETRY again
  SetErrorLevel 3
  Abort
  free:
  FileClose $0
  closed:
!macroend

Section "install"
  !insertmacro WaitUntilClosed
  ; What an older version had and this one has not must not be loaded by it.
  RMDir /r "$INSTDIR\_internal"
  SetOutPath "$INSTDIR"
  File /r "${SOURCE}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\Smart Cinema.lnk" "$INSTDIR\smart-cinema.exe"

  WriteRegStr HKCU "Software\Smart Cinema" "Folder" "$INSTDIR"
  WriteRegStr HKCU "${CLASSES}\smartcinema" "" "URL:Smart Cinema"
  WriteRegStr HKCU "${CLASSES}\smartcinema" "URL Protocol" ""
  WriteRegStr HKCU "${CLASSES}\smartcinema\DefaultIcon" "" "$INSTDIR\smart-cinema.exe,0"
  WriteRegStr HKCU "${CLASSES}\smartcinema\shell\open\command" "" '"$INSTDIR\smart-cinema.exe" "--open=%1"'

  ; Offered beside what plays films already, never in its place.
  WriteRegStr HKCU "${CLASSES}\SmartCinema.Film" "" "Smart Cinema"
  WriteRegStr HKCU "${CLASSES}\SmartCinema.Film\DefaultIcon" "" "$INSTDIR\smart-cinema.exe,0"
  WriteRegStr HKCU "${CLASSES}\SmartCinema.Film\shell\open" "" "$(PLAY)"
  WriteRegStr HKCU "${CLASSES}\SmartCinema.Film\shell\open\command" "" '"$INSTDIR\smart-cinema.exe" play "%1"'
  WriteRegStr HKCU "${CLASSES}\.mp4\OpenWithProgids" "SmartCinema.Film" ""
  WriteRegStr HKCU "${CLASSES}\.mkv\OpenWithProgids" "SmartCinema.Film" ""
  WriteRegStr HKCU "${CLASSES}\.webm\OpenWithProgids" "SmartCinema.Film" ""

  ${GetSize} "$INSTDIR" "/S=0K" $0 $1 $2
  IntFmt $0 "0x%08X" $0
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "Smart Cinema"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\smart-cinema.exe"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "The Smart Cinema authors"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" "$0"
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd

; Films, tickets and settings are the viewer's, in %LOCALAPPDATA%\smart-cinema: they stay.
Section "uninstall"
  !insertmacro WaitUntilClosed
  Delete "$SMPROGRAMS\Smart Cinema.lnk"
  RMDir /r "$INSTDIR\_internal"
  RMDir /r "$INSTDIR\licences"
  RMDir /r "$INSTDIR\share"
  Delete "$INSTDIR\smart-cinema.exe"
  Delete "$INSTDIR\smart-cinema-cli.exe"
  Delete "$INSTDIR\sbom.cdx.json"
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegValue HKCU "${CLASSES}\.mp4\OpenWithProgids" "SmartCinema.Film"
  DeleteRegValue HKCU "${CLASSES}\.mkv\OpenWithProgids" "SmartCinema.Film"
  DeleteRegValue HKCU "${CLASSES}\.webm\OpenWithProgids" "SmartCinema.Film"
  DeleteRegKey HKCU "${CLASSES}\SmartCinema.Film"
  DeleteRegKey HKCU "${CLASSES}\smartcinema"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\Smart Cinema"
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
SectionEnd
