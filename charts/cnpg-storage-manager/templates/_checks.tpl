{{- /* What values.schema.json cannot say: values that are sound by themselves and contradict each other. */ -}}
{{- define "cnpg-storage-manager.checks" -}}
{{- with .Values.agent.tls -}}
{{- if and .certManager.enabled .existingSecret -}}
{{- fail "agent.tls: expected existingSecret or certManager.enabled, found both" -}}
{{- end -}}
{{- if and .certManager.enabled (not .certManager.issuerRef.name) -}}
{{- fail "agent.tls.certManager.issuerRef.name: expected the name of an issuer, found none" -}}
{{- end -}}
{{- end -}}
{{- if and (gt (int .Values.controller.replicas) 1) (not .Values.controller.leaderElection.enabled) -}}
{{- fail (printf "controller.replicas: expected 1 because controller.leaderElection.enabled is false, found %v" .Values.controller.replicas) -}}
{{- end -}}
{{- if and (not .Values.serviceAccount.create) (not .Values.serviceAccount.name) -}}
{{- fail "serviceAccount.name: expected the name of an account because serviceAccount.create is false, found none" -}}
{{- end -}}
{{- $thresholds := .Values.defaults.thresholds | default dict -}}
{{- $lower := "" -}}
{{- range list "warning" "critical" "expansion" "emergency" -}}
{{- if hasKey $thresholds . -}}
{{- if and $lower (gt (get $thresholds $lower | float64) (get $thresholds . | float64)) -}}
{{- fail (printf "defaults.thresholds.%s: expected at least %s (%v), found %v" . $lower (get $thresholds $lower) (get $thresholds .)) -}}
{{- end -}}
{{- $lower = . -}}
{{- end -}}
{{- end -}}
{{- end -}}
