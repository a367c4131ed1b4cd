package prompt

// spanish is Latin America's, with usted.
var spanish = language{
	name:   Spanish,
	locale: "es-US",
	plus:   "más",
	scores: "uno, dos, tres, cuatro, cinco, 1, 2, 3, 4, 5",
	voices: map[string]string{
		"es-US": "Lupe Miguel Pedro Penelope",
		"es-MX": "Andres Andrés Mia",
		"es-ES": "Alba Conchita Enrique Lucia Raul Raúl Sergio",
	},
	said: said{
		digits:  [10]string{"cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"},
		yes:     "sí, si, claro, claro que sí, por supuesto, correcto, así es, cómo no",
		no:      "no, claro que no, para nada, en absoluto",
		fillers: "eh, pues, bueno, por favor, gracias, muchas gracias, señor, señora, señorita, yo diría, diría que, creo que, le doy, le daría, un, una, el, la, estrellas, puntos, de cinco, de 5, sobre cinco, sobre 5",
	},
	texts: map[Name]string{
		Closed:      "En este momento estamos cerrados.",
		ClosedToday: "Hoy estamos cerrados: {reason}.",
		NoWorkers:   "En este momento, ninguno de nuestros colegas puede atender llamadas.",
		Connecting:  "Espere, por favor, mientras le comunicamos con otro número.",
		MenuAgain:   "Disculpe, no le entendí.",

		Waiting:       "Gracias por esperar.",
		NextInLine:    "Su llamada es la siguiente en la fila.",
		Position:      "Su llamada es la número {position} en la fila.",
		WaitOneMinute: "La última persona que atendimos esperó un minuto o menos.",
		WaitOneToTwo:  "La última persona que atendimos esperó entre uno y dos minutos.",
		WaitMinutes:   "La última persona que atendimos esperó entre {from_minutes} y {minutes} minutos.",
		WaitOverHour:  "La última persona que atendimos esperó más de una hora.",
		StillWaiting:  "Por favor, permanezca en la línea. Atenderemos su llamada lo antes posible.",
		LongWait:      "Lamentamos que la espera sea tan larga.",
		OfferCallback: "Si prefiere que le devolvamos la llamada sin perder su lugar en la fila, presione 1.",
		OfferMessage:  "Si prefiere dejar un mensaje en lugar de esperar, presione la tecla asterisco.",

		CallbackNumber:  "Podemos llamarle al {number}.",
		CallbackKeys:    "Si es correcto, presione 1. Para indicar otro número, presione 2.",
		CallbackEnter:   "Por favor, marque el número con el código de área y luego presione la tecla numeral.",
		CallbackWrong:   "Lo sentimos, no podemos llamar a ese número.",
		CallbackPromise: "Gracias. Conserva su lugar en la fila y le llamaremos. Hasta luego.",
		CallbackOpening: "Gracias. Le llamaremos en cuanto abramos. Hasta luego.",
		CallbackListed:  "Su número ya está en nuestra lista y le llamaremos.",
		KeepCallback:    "Para esperar nuestra llamada, presione 1. Si prefiere esperar en la línea, no presione nada.",
		CallbackFailed:  "Lo sentimos, no pudimos acordar la llamada.",
		CallbackTooLate: "Por favor, permanezca en la línea. Es su turno.",

		Busy:            "Todas nuestras líneas están ocupadas.",
		NotTaken:        "Lamentamos no haber podido atender su llamada.",
		Apology:         "Lo sentimos, algo salió mal.",
		CallAgain:       "Por favor, vuelva a llamar más tarde. Hasta luego.",
		RecordingNotice: "",
		AskMessage:      "Por favor, deje un mensaje después del tono y luego presione la tecla numeral.",
		NoMessage:       "No escuchamos ningún mensaje. Hasta luego.",

		Score:      "¿Cómo calificaría esta llamada, del 1 al 5? Presione o diga un número; 5 es la mejor calificación.",
		ScoreAgain: "Disculpe, no le entendí. Por favor, presione o diga un número del 1 al 5; 5 es la mejor calificación.",
		Remark:     "Después del tono, deje un comentario y luego presione la tecla numeral. Para omitirlo, presione la tecla numeral o cuelgue.",
		Thanks:     "Muchas gracias. Hasta luego.",
		Goodbye:    "Hasta luego.",
	},
}
