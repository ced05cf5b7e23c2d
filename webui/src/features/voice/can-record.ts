/** May this page use the microphone? Not over plain HTTP: there the phone's own recorder does it. */
export const canRecord = window.isSecureContext && typeof MediaRecorder === 'function' && Boolean(navigator.mediaDevices);
